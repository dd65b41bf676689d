using LeanLoad.Load;
using LeanLoad.Memory;
using LeanLoad.Report;
using LeanLoad.Tests.Memory;
using LeanLoad.Tests.Users;
using Xunit;

namespace LeanLoad.Tests.Report;

public sealed class OutcomeTests
{
    [Fact]
    public void Held_and_stopped_are_as_many_users_as_there_are_not_all_that_ever_came()
    {
        var tree = FixtureTree.Copy("v2-limited");
        try
        {
            using var memory = MemoryReader.Open(tree.FullName);
            using var town = new Town(UserTests.Table(new() { Pause = ThinkTime.Constant(1.Milliseconds()) }));
            var population = town.Populate(memory, OverMemory.Hold, new LoadPlan(6, 0, null, null));
            var (roster, at) = (population.Rosters[0], TimeSpan.Zero);
            // Up, down and up again: of eight who came four are there.
            foreach (var users in new[] { 6, 2, 4 })
            {
                population.Follow(roster, roster.Plan.WithUsers(users, roster.Present, at));
                town.Until(() =>
                {
                    at += 10.Milliseconds();
                    population.Step(at, at, at);
                    return population.Present == users && population.IsComplete;
                });
            }

            population.Follow(roster, roster.Plan.WithUsers(6, roster.Present, at));
            var limit = Directory.EnumerateFiles(tree.FullName, "memory.max", SearchOption.AllDirectories)
                .Single(static file => File.ReadAllText(file).Trim() == "67108864");
            File.WriteAllText(limit, $"{(population.Reading.Unreclaimable + Bytes.FromMiB(0.7)).Count}\n");
            population.Look();
            Assert.Equal(8, population.Admitted);
            Assert.Contains("Held at 4 users", Outcome.Passed(population, null).Verdict, StringComparison.Ordinal);

            town.Run.OnOutOfMemory("Visitor");
            population.Look();
            Assert.Contains("Stopped with 4 users", Outcome.OverMemory(population).Verdict, StringComparison.Ordinal);
            town.Stop();
        }
        finally
        {
            tree.Delete(recursive: true);
        }
    }
}
