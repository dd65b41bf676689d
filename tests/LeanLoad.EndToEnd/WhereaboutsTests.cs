using Xunit;

namespace LeanLoad.EndToEnd;

public sealed class WhereaboutsTests
{
    [Fact]
    public async Task Of_a_process_whose_stacks_cannot_be_read_it_is_said_why() =>
        // Whichever it is here; no process has this number.
        Assert.Matches("ptrace: |no stacks: |gdb took too long", await Whereabouts.OfAsync(int.MaxValue));
}
