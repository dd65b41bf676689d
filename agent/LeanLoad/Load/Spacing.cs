namespace LeanLoad.Load;

/// <summary>How arrivals of a rate lie in time.</summary>
enum Spacing : byte
{
    /// <summary>Evenly: at 10/s, one each 100 ms.</summary>
    Constant,

    /// <summary>
    /// As people come who know nothing of each other: a Poisson process, in which the next is as likely in every
    /// moment.
    /// </summary>
    Poisson,
}
