using System.Globalization;

namespace LeanLoad.Memory;

/// <summary>Whether a run fits its budget.</summary>
enum Fit : byte
{
    /// <summary>Not enough data, or no budget known.</summary>
    Unknown,

    /// <summary>The whole interval is within the budget.</summary>
    Fits,

    /// <summary>The whole interval is over the budget.</summary>
    Over,

    /// <summary>The budget lies within the interval.</summary>
    Close,
}

/// <summary>What will happen, why, and what to do about it: three sentences, each may be empty.</summary>
/// <param name="Fit">The judgement.</param>
/// <param name="What">The figures: <c>40 users need 104 MiB ± 3; the limit is 64 MiB.</c></param>
/// <param name="Why">Who needs the memory.</param>
/// <param name="Do">What the run needs once that is mended, and what can be run as it is.</param>
/// <param name="UsersThatFit">By the upper bound; null where unknown, or where users do not decide.</param>
/// <param name="Culprit">The code to blame; null where none is known.</param>
sealed record Verdict(Fit Fit, string What, string Why, string Do, int? UsersThatFit, Culprit? Culprit)
{
    /// <summary>Judges a projection.</summary>
    public static Verdict Of(Projection projection, Bytes? budget, IEnumerable<ScopeCost> ledger)
    {
        var half = new Bytes((projection.Upper.Count - projection.Lower.Count) / 2);
        var need = $"{Need(projection)} {Show(projection.Expected)} ± {Number(half)}";
        if (budget is not { } limit)
        {
            return new Verdict(
                Fit.Unknown, $"{need}; no budget is known.", Split(projection), "Give --memory to be warned.", null,
                null);
        }

        var fit = projection.Lower > limit ? Fit.Over : projection.Upper <= limit ? Fit.Fits : Fit.Close;
        var what = $"{need}; the limit is {Show(limit)}.";
        var users = projection.FitIn(limit);
        if (fit == Fit.Fits) return new Verdict(fit, what, "", Room(users), users, null);
        var culprit = Memory.Culprit.Find(ledger, projection.PerUser);
        var why = culprit is { } found ? Blame(projection, found) : Split(projection);
        var advice = Advice(projection, fit, users);
        if (culprit is { } mendable) advice = $"{Cure(projection, mendable)} {advice}".TrimEnd();
        return new Verdict(fit, what, why, advice, users, culprit);
    }

    /// <summary>The verdict where there is no projection.</summary>
    /// <param name="missing">What is missing.</param>
    public static Verdict NotKnown(string missing) =>
        new(Fit.Unknown, $"Whether the run fits is not known: {missing}.", "", "", null, null);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(' ', new[] { What, Why, Do }.Where(sentence => sentence.Length > 0));

    static string Blame(Projection projection, Culprit culprit)
    {
        var all = culprit.KeptPerUser * projection.Planned;
        var share = all.Count / (double)projection.Expected.Count;
        return string.Create(CultureInfo.InvariantCulture,
            $"{culprit.Scope.Name} keeps {Show(culprit.KeptPerUser)} per user ({Show(all)}, {share * 100:0} %).");
    }

    static string Cure(Projection projection, Culprit culprit)
    {
        var mended = $"{Need(projection)} {Show(projection.ExpectedIfShared(culprit.KeptPerUser))}.";
        return culprit.Scope.Kind == ScopeKind.UserStart ? $"Make it a [Bootstrap] and {mended}"
            : $"Share or drop it and {mended}";
    }

    static string Split(Projection projection)
    {
        var user = projection.PerUser.AsCharged;
        var kernel = user.Kernel is { } known ? $" native, {Show(known)} kernel" : " native and kernel";
        return $"Each user keeps {Show(user.Total)}: {Show(user.Managed)} managed, {Show(user.Native)}{kernel}.";
    }

    static string Advice(Projection projection, Fit fit, int? users)
    {
        var most = Fixed(Math.Ceiling(projection.Upper.MiB), "0");
        var raise = $"Raise the limit to {most}MiB"
            + (projection.Planned == 1 ? "" : $" for all {Count(projection.Planned)}");
        return users switch
        {
            null => "",
            0 => $"As it is, not one user fits. {raise}.",
            1 => $"As it is, {Fits(1)}. {raise}.",
            { } some when fit == Fit.Close => $"It is close: {Fits(some)} for certain. {raise}.",
            { } some => $"As it is, {Fits(some)}.",
        };
    }

    static string Room(int? users) => users is { } most ? $"{Counted.Of(most, "user")} would fit." : "";

    static string Need(Projection projection) => Counted.Of(projection.Planned, "user needs", "users need");

    static string Fits(int users) => Counted.Of(users, "user fits", "users fit");

    static string Count(int users) => users.ToString("N0", CultureInfo.InvariantCulture);

    // In a sentence 104 MiB reads better than 104.3, but 2.0 MiB must not become 2.
    static string Show(Bytes amount) => Math.Abs(amount.Count) < 1 << 20 ? amount.ToString()
        : Math.Abs(amount.MiB) < 10 ? $"{Fixed(amount.MiB, "0.0")} MiB" : $"{Fixed(amount.MiB, "0")} MiB";

    static string Number(Bytes amount) =>
        amount.MiB < 1 ? Fixed(Math.Max(0.1, amount.MiB), "0.0") : Fixed(amount.MiB, "0");

    static string Fixed(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
