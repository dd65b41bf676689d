using Xunit;

namespace LeanLoad.EndToEnd;

public sealed class WhereaboutsTests
{
    [Fact]
    public async Task Of_a_process_whose_stacks_cannot_be_read_it_is_said_why() => Assert.Contains(
        // Whichever it is here; no process has this number.
        await Whereabouts.OfAsync(int.MaxValue),
        (string[])["ptrace: No such process.\n", "no stacks: gdb is not on the path\n"]);
}
