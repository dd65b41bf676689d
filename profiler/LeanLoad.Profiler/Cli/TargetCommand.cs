using System.CommandLine;
using LeanLoad.Profiler.Target;

namespace LeanLoad.Profiler.Cli;

/// <summary><c>leanload target</c>: the embedded registry alone.</summary>
static class TargetCommand
{
    public static Command Create()
    {
        var port = NumberOption.Create("--port", "TCP port on 127.0.0.1; 0 takes a free one.", 0, 65535, 5000);
        var user = new Option<string>("--user")
        {
            Description = "Who may sign in.",
            DefaultValueFactory = _ => "device",
        };
        var secret = new Option<string>("--secret")
        {
            Description = "The user's secret, which is needed; also LEANLOAD_TARGET_SECRET.",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("LEANLOAD_TARGET_SECRET") ?? "",
        };
        var seed = NumberOption.Create("--seed", "Content of image and catalogue.", int.MinValue, int.MaxValue, 1);
        var command = new Command("target",
            "Serves a registry with token authentication and one generated image, for a first try without one of "
            + "your own.")
        {
            port, user, secret, seed,
        };
        command.SetAction((parsed, _) => ServeAsync(new TargetOptions
        {
            Port = parsed.GetValue(port),
            User = parsed.GetRequiredValue(user),
            Secret = parsed.GetRequiredValue(secret),
            Seed = parsed.GetValue(seed),
        }));
        return command;
    }

    static async Task<int> ServeAsync(TargetOptions options)
    {
        using var interruption = new Interruption();
        await using var target = await EmbeddedRegistry.StartAsync(options, interruption.Token);
        Console.WriteLine($"A registry listens at {target.Url}; Ctrl-C ends it. Try:");
        Console.WriteLine();
        Console.WriteLine($"  leanload-agent --scenario registry --users 40 --duration 10s --url {target.Url} \\");
        Console.WriteLine(
            $"    --image {target.Image.Name} --tag {target.Image.Tag} --digest {target.Image.OciManifest.Digest} \\");
        Console.WriteLine($"    --registry-user {options.User} --registry-secret …");
        await Task.Delay(Timeout.Infinite, interruption.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        return 0;
    }
}
