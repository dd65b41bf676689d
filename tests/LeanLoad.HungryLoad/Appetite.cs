namespace LeanLoad.HungryLoad;

/// <summary>How much, and when. What "each" means stands at each user class.</summary>
[LoadSettings]
sealed record Appetite
{
    [Setting("What one user takes, such as 2MiB; what that means is the scenario's.")]
    public required Bytes Each { get; init; }

    [Setting("When a burst or a late leak begins, or a cache is full, after the user's start, or how long a bootstrap "
        + "waits, or takes native memory, such as 2s.")]
    public TimeSpan After { get; init; } = 1.Seconds();

    [Setting("The first user that takes all of it.")]
    public int From { get; init; }

    [Setting("Of what is random: sizes and moments.")]
    public int Dice { get; init; } = 1;
}
