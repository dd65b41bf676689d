using System.Net.Sockets;
using System.Runtime.Versioning;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Capture;

[SupportedOSPlatform("linux")]
public sealed class DiagnosticPortTests
{
    [Fact]
    public void Its_directory_is_private_and_goes_with_it()
    {
        var environment = new Dictionary<string, string?>();
        string directory;
        using (var port = DiagnosticPort.Create())
        {
            port.AddTo(environment);
            directory = Path.GetDirectoryName(port.Path)!;
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(directory));
            Assert.Equal(port.Path + ",suspend", environment["DOTNET_DiagnosticPorts"]);
            Assert.True(port.Path.Length <= DiagnosticPort.LongestPath);
        }

        Assert.False(Directory.Exists(directory));
    }

    [Fact]
    public void A_socket_left_behind_is_replaced_and_one_in_use_is_not()
    {
        var directory = Directory.CreateTempSubdirectory("ll-test-").FullName;
        var path = Path.Combine(directory, "port");
        try
        {
            using (var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            {
                listener.Bind(new UnixDomainSocketEndPoint(path));
                listener.Listen();
                Assert.Contains("in use by another profiler",
                    Assert.Throws<AgentException>(() => DiagnosticPort.At(path)).Message, StringComparison.Ordinal);
                // .NET removes the file of a socket that it closes; a killed process does not
                File.Move(path, path + ".kept");
            }

            File.Move(path + ".kept", path);
            DiagnosticPort.At(path).Dispose();
            Assert.False(File.Exists(path));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("/no/such/directory/port", "does not exist")]
    [InlineData("/tmp/a,b", "comma")]
    [InlineData(
        "/tmp/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012",
        "107 bytes")]
    public void A_path_that_no_socket_can_have_is_refused_with_the_reason(string path, string reason) =>
        Assert.Contains(reason, Assert.Throws<AgentException>(() => DiagnosticPort.At(path)).Message,
            StringComparison.Ordinal);
}
