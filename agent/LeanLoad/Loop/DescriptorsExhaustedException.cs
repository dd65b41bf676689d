namespace LeanLoad.Loop;

/// <summary>
/// The process (EMFILE) or the system (ENFILE) has no descriptor left; the message says what to raise.
/// </summary>
sealed class DescriptorsExhaustedException(string message) : IOException(message);
