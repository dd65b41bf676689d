using System.Runtime.Versioning;
using LeanLoad.Profiler.Agents;
using LeanLoad.Tests.Capture;
using Xunit;

namespace LeanLoad.Tests.Agents;

[SupportedOSPlatform("linux")]
public sealed class AgentBinaryTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("ll-test-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task A_published_program_is_taken_as_it_is()
    {
        var program = Put("agent", File.ReadAllBytes(Recording.Fixture("elf/scratch-agent")));
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal(new AgentBinary(program, AgentRuntime.Native), await Resolve(program));
    }

    [Fact]
    public async Task A_starter_beside_an_assembly_is_the_ordinary_runtime()
    {
        var starter = Put("agent", File.ReadAllBytes(Recording.Fixture("elf/scratch-agent")));
        var assembly = Put("agent.dll", []);
        Put("agent.runtimeconfig.json", []);
        var expected = new AgentBinary(assembly, AgentRuntime.Ordinary);

        Assert.Equal(expected, await Resolve(starter));
        Assert.Equal(expected, await Resolve(assembly));
    }

    [Theory]
    [InlineData("missing", "does not exist")]
    [InlineData("notes.txt", "is neither a load file")]
    [InlineData("not-executable", "is neither a load file")]
    [InlineData("empty", "holds no project")]
    [InlineData("two", "name one: a.csproj, b.csproj")]
    public async Task What_is_no_agent_is_named_with_what_would_be_one(string name, string reason)
    {
        Put("notes.txt", "hello"u8.ToArray());
        File.SetUnixFileMode(Put("not-executable", File.ReadAllBytes(Recording.Fixture("elf/scratch-agent"))),
            UnixFileMode.UserRead);
        Directory.CreateDirectory(Path.Combine(root, "empty"));
        Directory.CreateDirectory(Path.Combine(root, "two"));
        Put("two/b.csproj", []);
        Put("two/a.csproj", []);

        var path = Path.Combine(root, name);
        var problem = await Assert.ThrowsAsync<AgentException>(() => Resolve(path));
        Assert.StartsWith(path, problem.Message, StringComparison.Ordinal);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_of_the_compiler_are_shown_once_each_and_all_output_where_there_are_none()
    {
        const string output = "  Restored\na.cs(1,2): error CS1: bad\nwarning: x\n  a.cs(1,2): error CS1: "
            + "bad\nb.cs(3,4): error CS2: worse\n";

        Assert.Equal($"a.cs(1,2): error CS1: bad{Environment.NewLine}b.cs(3,4): error CS2: worse",
            AgentPublisher.Errors(output));
        Assert.Equal("something else", AgentPublisher.Errors("something else\n"));
    }

    static Task<AgentBinary> Resolve(string path) =>
        AgentBinary.ResolveAsync(path, _ => { }, TestContext.Current.CancellationToken);

    string Put(string name, byte[] content)
    {
        var path = Path.Combine(root, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
