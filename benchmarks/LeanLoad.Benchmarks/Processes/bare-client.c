// The floor: what a request costs a process that does nothing but send it and receive the answer. No parsing, no
// statistics, no deadlines. usage: bare-client PORT CONNECTIONS SECONDS
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

int main(int count, char **arguments)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bare\r\n\r\n";
    static struct epoll_event events[256];
    static char buffer[65536];
    if (count != 4) return 2;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    double end = now() + atof(arguments[3]);
    int epoll = epoll_create1(0), on = 1;
    for (int index = 0; index < atoi(arguments[2]); index++) {
        int socket_ = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(socket_, (struct sockaddr *)&address, sizeof address)) return perror("connect"), 1;
        setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.fd = socket_ };
        epoll_ctl(epoll, EPOLL_CTL_ADD, socket_, &event);
        send(socket_, request, sizeof request - 1, MSG_NOSIGNAL);
    }
    while (now() < end) {
        int ready = epoll_wait(epoll, events, 256, 100);
        for (int index = 0; index < ready; index++) {
            if (recv(events[index].data.fd, buffer, sizeof buffer, MSG_DONTWAIT) <= 0) return perror("recv"), 1;
            send(events[index].data.fd, request, sizeof request - 1, MSG_NOSIGNAL);
        }
    }
    return 0;
}
