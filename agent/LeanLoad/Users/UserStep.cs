namespace LeanLoad.Users;

/// <summary>One step of a user's life that has ended: its start, an iteration, its stop.</summary>
/// <param name="Plan">The user's class.</param>
/// <param name="Name"><c>Start</c>, the task's name, or <c>Stop</c>.</param>
/// <param name="Scope">Who paid for it.</param>
/// <param name="Took">From its first step to its last.</param>
/// <param name="Fault">What it threw; null where it went well.</param>
readonly record struct UserStep(UserPlan Plan, string Name, int Scope, TimeSpan Took, Exception? Fault);
