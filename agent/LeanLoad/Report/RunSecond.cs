using LeanLoad.Stats;

namespace LeanLoad.Report;

/// <summary>One second of a run, or what passed between two looks.</summary>
/// <param name="Began">Since the run started.</param>
/// <param name="Ended">Since the run started.</param>
/// <param name="Epoch">The epoch it is in.</param>
/// <param name="Users">Users running at its end.</param>
/// <param name="InFlight">Requests in flight at its end.</param>
/// <param name="Books">What became of the planned iterations, since the run started.</param>
/// <param name="Requests">The requests that ended within it and that began in its epoch; good until the next
/// second.</param>
readonly record struct RunSecond(
    TimeSpan Began, TimeSpan Ended, int Epoch, int Users, int InFlight, Books Books, RequestStats Requests);
