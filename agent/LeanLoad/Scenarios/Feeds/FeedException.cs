namespace LeanLoad;

/// <summary>A feed's file is missing, or rows of it can't be read; the message names them by line.</summary>
public sealed class FeedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A feed has given its last row: ends the iteration, and is nobody's fault.</summary>
sealed class FeedEndedException(string file) : Exception($"{file} has no more rows.");
