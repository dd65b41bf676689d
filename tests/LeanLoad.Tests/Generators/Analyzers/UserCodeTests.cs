using System.Collections.Immutable;
using System.Globalization;
using LeanLoad.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Generators.Analyzers;

/// <summary>What the rules find in the code of users, and what they leave alone.</summary>
public sealed class UserCodeTests
{
    /// <summary>Each row: the rule, its message's beginning, and members of a user class <c>Hub</c>.</summary>
    [Theory]
    [InlineData("LL060", "Thread.Sleep() blocks the loop of 'Hub.Go': every user on it waits meanwhile. Write await "
        + "Pause(…).", "[LoadTask] public void Go() => Thread.Sleep(5);")]
    [InlineData("LL060", "Task.Result blocks the loop of 'Hub.Go'",
        "[LoadTask] public void Go() { var it = Task.FromResult(1).Result; }")]
    [InlineData("LL060", "ValueTask.Result", "[LoadTask] public void Go() { var it = Http.Get(\"/\").Result; }")]
    [InlineData("LL060", "Task.Wait()", "[LoadTask] public void Go() => Task.Delay(1).Wait();")]
    [InlineData("LL060", "TaskAwaiter.GetResult()",
        "[LoadTask] public void Go() => Task.Delay(1).GetAwaiter().GetResult();")]
    [InlineData("LL060", "ValueTaskAwaiter.GetResult()", "protected override ValueTask Stop() { "
        + "Http.Get(\"/\").GetAwaiter().GetResult(); return default; } [LoadTask] public void Go() { }")]
    [InlineData("LL060", "File.ReadAllText() blocks the loop of 'Hub.Read': every user on it waits meanwhile. Await "
        + "ReadAllTextAsync.",
        "string Read() => System.IO.File.ReadAllText(\"x\"); [LoadTask] public void Go() => Read();")]
    [InlineData("LL060", "SemaphoreSlim.Wait()",
        "[LoadTask] public void Go() { Action enter = () => new SemaphoreSlim(1).Wait(); enter(); }")]
    [InlineData("LL060", "HttpClient.Send()", "[LoadTask] public void Go(){ Shared.Client.Send(null!); }")]
    [InlineData("LL060", "Dns.GetHostAddresses()",
        "[LoadTask] public void Go() => System.Net.Dns.GetHostAddresses(\"x\");")]
    [InlineData("LL060", "Socket.Receive()", "[LoadTask] public void Go() => Shared.Socket.Receive(new byte[1]);")]
    [InlineData("LL061", "Each 'Hub' makes a HttpClient with its own connection pool: 40 users make 40.",
        "readonly object it = new System.Net.Http.HttpClient(); [LoadTask] public void Go() => it.ToString();")]
    [InlineData("LL061", "Each 'Hub' makes a SocketsHttpHandler", "protected override ValueTask Start() { new "
        + "System.Net.Http.SocketsHttpHandler(); return default; } [LoadTask] public void Go() { }")]
    [InlineData("LL062", "Each 'Hub' makes an array of 83 KiB: 40 users make 40. Share it as a [Bootstrap]",
        "readonly byte[] it = new byte[85_000]; [LoadTask] public void Go() => it.ToString();")]
    [InlineData("LL062", "Each 'Hub' makes an array of 8 MiB",
        "[LoadTask] public void Go() { var it = new long[1024, 1024]; }")]
    [InlineData("LL062", "Each 'Hub' makes a table of 256 elements",
        "readonly int[] it = {ELEMENTS}; [LoadTask] public void Go() => it.ToString();")]
    [InlineData("LL062", "Each 'Hub' makes a table of 256 elements",
        "readonly List<int> it = [ELEMENTS]; [LoadTask] public void Go() => it.ToString();")]
    [InlineData("LL062", "Each 'Hub' makes a table of 256 elements",
        "readonly HashSet<int> it = new() {ELEMENTS}; [LoadTask] public void Go() => it.ToString();")]
    [InlineData("LL063", "'Hub.Start' reads a file, once for each user, and what it keeps of that 40 users keep 40 "
        + "times. Share it as a [Bootstrap].",
        "protected override async ValueTask Start() => await System.IO.File.ReadAllTextAsync(\"x\"); [LoadTask] "
        + "public void Go() { }")]
    [InlineData("LL063", "'Hub' reads a file (in Text.Names)",
        "readonly string it = Text.Names(); [LoadTask] public void Go() => it.ToString();")]
    [InlineData("LL063", "'Hub.Start' reads string[] from JSON", "protected override ValueTask Start() { "
        + "System.Text.Json.JsonSerializer.Deserialize<string[]>(\"\"); return default; } [LoadTask] public void "
        + "Go() { }")]
    [InlineData("LL063", "'Hub.Start' reads List<int> from JSON (in Text.Read)", "protected override ValueTask "
        + "Start() { Text.Parse<List<int>>(); return default; } [LoadTask] public void Go() { }")]
    [InlineData("LL064", "'Hub.Start' makes a 'Session' of its own, which [Bootstrap] 'Session.Open' makes once for "
        + "all users",
        "protected override ValueTask Start() { new Session(1); return default; } [LoadTask] public void Go() { }")]
    public async Task A_mistake_is_one_warning_that_says_what_to_do(string rule, string message, string members)
    {
        var found = Assert.Single(await Warnings(members));

        Assert.Equal((rule, DiagnosticSeverity.Warning), (found.Id, found.Severity));
        Assert.StartsWith(message, found.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Equal("Load.cs", found.Location.GetLineSpan().Path);
    }

    [Theory]
    [InlineData("[LoadTask] public async ValueTask Go() { await Pause(TimeSpan.Zero); await "
        + "Task.WhenAll(Task.Delay(1)); (await Http.Get(\"/\")).Check(200); }")]
    [InlineData("[LoadTask] public async ValueTask Go() => await Task.Run(() => Thread.Sleep(1));")]
    [InlineData("[LoadTask] public async ValueTask Go() => await new System.IO.StreamReader(\"x\").ReadLineAsync();")]
    [InlineData("[LoadTask] public void Go() { using var text = new System.IO.MemoryStream(); text.ReadByte(); "
        + "System.IO.File.Exists(\"x\"); }")]
    [InlineData("[LoadTask] public void Go() { Console.Error.WriteLine(\"here\"); new "
        + "System.IO.StringReader(\"x\").ReadLine(); }")]
    [InlineData(
        "static void Once() { Thread.Sleep(1); new System.Net.Http.HttpClient(); } [LoadTask] public void Go() { }")]
    [InlineData("static readonly byte[] All = new byte[1 << 20]; [LoadTask] public void Go() => All.ToString();")]
    [InlineData("readonly byte[] few = new byte[80_000]; [LoadTask] public void Go() => few.ToString();")]
    [InlineData("[LoadTask] public void Go() { ReadOnlySpan<int> few = [1, 2, 3]; few.ToArray(); }")]
    [InlineData("protected override ValueTask Start() { System.Text.Json.JsonSerializer.Deserialize<Profile>(\"\"); "
        + "return default; } [LoadTask] public void Go() { }")]
    [InlineData("[LoadTask] public void Go() => System.Text.Json.JsonSerializer.Deserialize<string[]>(\"\");")]
    [InlineData("[LoadTask] public void Go() => new Profile(\"me\");")]
    [InlineData(
        "protected override ValueTask Start() { Text.Loop(3); return default; } [LoadTask] public void Go() { }")]
    public async Task What_is_fine_is_left_alone(string members) => Assert.Empty(await Warnings(members));

    [Fact]
    public async Task Code_that_is_no_users_may_block() =>
        Assert.Empty(await Warnings("[LoadTask] public void Go() { }"));

    [Fact]
    public async Task The_story_lights_its_warnings_where_they_are_not_suppressed()
    {
        var folder = Repository.PathOf("agent", "LeanLoad.Agent", "Registry");
        var sources = Directory.GetFiles(folder, "*.cs")
            .Select(static path => (Path: path, Text: File.ReadAllText(path)));
        var program = LoadFileCompiler.Source("""
            global using System.IO;
            global using System.Linq;
            """, OutputKind.DynamicallyLinkedLibrary);
        foreach (var (path, text) in sources)
        {
            program = program.AddSyntaxTrees(LoadFileCompiler.Parse(
                text.Replace("#pragma warning disable LL", "// ", StringComparison.Ordinal), Path.GetFileName(path)));
        }

        var found = await Warnings(program);
        Assert.All(found, static one => Assert.Equal("RegistryPerUser.cs", one.Location.GetLineSpan().Path));
        Assert.Equal(
            [
                "'RegistryPerUser.Start' reads DeviceModel[] from JSON (in Hub.Read), once for each user, and what "
                + "it keeps of that 40 users keep 40 times. Share it as a [Bootstrap].",
                "'RegistryPerUser.Start' reads Device[] from JSON (in Hub.Read), once for each user, and what it "
                + "keeps of that 40 users keep 40 times. Share it as a [Bootstrap].",
                "'RegistryPerUser.Start' makes a 'HubSession' of its own, which [Bootstrap] 'HubSession.SignIn' "
                + "makes once for all users: 40 users make 40. Take it in the constructor.",
            ],
            found.OrderBy(static one => one.Location.SourceSpan.Start)
                .Select(static one => one.GetMessage(CultureInfo.InvariantCulture)));
    }

    static Task<ImmutableArray<Diagnostic>> Warnings(string members)
    {
        var elements = string.Join(", ", Enumerable.Range(0, 256));
        return Warnings(LoadFileCompiler.Source($$"""
            #pragma warning disable CS0219, CS4014, CA2012
            [LoadUser] public sealed class Hub : HttpUser { {{members.Replace("ELEMENTS", elements, StringComparison.Ordinal)}} }
            public sealed record Profile(string Name);
            public sealed record Session(int Number)
            {
                [Bootstrap] public static Session Open() { Thread.Sleep(1); new System.Net.Http.HttpClient(); System.IO.File.ReadAllText("x"); return new Session(1); }
            }
            static class Shared
            {
                public static readonly System.Net.Http.HttpClient Client = new();
                public static readonly System.Net.Sockets.Socket Socket = null!;
            }
            static class Text
            {
                public static string Names() => System.IO.File.ReadAllText("x");
                public static T? Parse<T>() => Read<T>("");
                public static T? Read<T>(string text) => System.Text.Json.JsonSerializer.Deserialize<T>(text);
                public static void Loop(int times) { if (times > 0) Loop(times - 1); }
            }
            """));
    }

    static async Task<ImmutableArray<Diagnostic>> Warnings(Compilation source)
    {
        LoadFileCompiler.Driver().RunGeneratorsAndUpdateCompilation(source, out var compilation, out _,
            TestContext.Current.CancellationToken);
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(static one => one.Severity == DiagnosticSeverity.Error));
        return await compilation
            .WithAnalyzers([new BlockingAnalyzer(), new PerUserAnalyzer(), new SameForAllAnalyzer()],
                options: (AnalyzerOptions?)null)
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
    }
}
