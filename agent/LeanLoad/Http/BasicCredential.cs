using System.Text;

namespace LeanLoad.Http;

/// <summary>User and secret for <c>Authorization: Basic</c> (RFC 7617), encoded once.</summary>
public sealed class BasicCredential
{
    /// <param name="user">Without a colon.</param>
    /// <param name="secret">Its password.</param>
    /// <exception cref="ArgumentException">The user holds a colon.</exception>
    public BasicCredential(string user, string secret)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (user.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException("A user name for Basic can't hold a colon (RFC 7617 §2).", nameof(user));
        }

        Encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}"));
    }

    internal string Encoded { get; }
}
