using LeanLoad.Http;

namespace LeanLoad;

/// <summary>A user that speaks HTTP to the target of <c>--url</c>, over a connection of its own.</summary>
public abstract class HttpUser : User
{
    HttpSession? session;

    /// <summary>This user's requests. From <see cref="User.Start"/> on; not in the constructor.</summary>
    /// <exception cref="InvalidOperationException">Used in a constructor.</exception>
    protected HttpSession Http =>
        session ?? throw new InvalidOperationException(
            $"{GetType().Name} uses Http in its constructor; requests begin in Start.");

    internal HttpSession Session { set => session = value; }
}
