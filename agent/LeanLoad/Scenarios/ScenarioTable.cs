using System.ComponentModel;
using System.Text.Json.Serialization.Metadata;

namespace LeanLoad;

/// <summary>
/// All that a load file declares, as a table that the source generator writes: no reflection, so it survives trimming.
/// Generated code calls these types; nobody writes them by hand.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ScenarioTable
{
    static readonly Lock Gate = new();
    static ScenarioTable? all;

    /// <summary>The user classes, in source order.</summary>
    public IReadOnlyList<UserClass> Users { get; init; } = [];

    /// <summary>The bootstraps, each after those it needs.</summary>
    public IReadOnlyList<BootstrapEntry> Bootstraps { get; init; } = [];

    /// <summary>The settings records.</summary>
    public IReadOnlyList<SettingsEntry> Settings { get; init; } = [];

    /// <summary>What runs once before the first user and once after the last, in source order.</summary>
    public IReadOnlyList<HookEntry> Hooks { get; init; } = [];

    /// <summary>What the modules loaded so far declared together.</summary>
    internal static ScenarioTable Registered
    {
        get { lock (Gate) return all ?? new ScenarioTable(); }
    }

    /// <summary>Adds a module's table; called once by its module initializer.</summary>
    public static void Register(ScenarioTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        lock (Gate)
        {
            all = all is null ? table : new ScenarioTable
            {
                Users = [.. all.Users, .. table.Users],
                Bootstraps = [.. all.Bootstraps, .. table.Bootstraps],
                Settings = [.. all.Settings, .. table.Settings],
                Hooks = [.. all.Hooks, .. table.Hooks],
            };
        }
    }
}

/// <summary>One <see cref="LoadUserAttribute"/> class.</summary>
/// <param name="Name">The class name.</param>
/// <param name="Scenario">The scenario it belongs to.</param>
/// <param name="Weight">Its share of the planned users.</param>
/// <param name="Needs">The types of its constructor's parameters: settings and bootstrap results.</param>
/// <param name="Create">Makes one user.</param>
/// <param name="Tasks">Its tasks, in source order; never empty.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record UserClass(
    string Name, string Scenario, int Weight, IReadOnlyList<Type> Needs, Func<Supplies, User> Create,
    IReadOnlyList<TaskEntry> Tasks)
{
    /// <summary>Whether its users send requests to <c>--url</c>, so that it must be given.</summary>
    public bool IsHttp { get; init; }

    /// <summary>Exactly so many users; 0: by weight.</summary>
    public int Count { get; init; }

    /// <summary>How the next task is found.</summary>
    public TaskOrder Order { get; init; }

    /// <summary>What is said about its flows; a flow that only tasks name is not among them.</summary>
    public IReadOnlyList<FlowEntry> Flows { get; init; } = [];
}

/// <summary>One <see cref="FlowAttribute"/> of a user class.</summary>
/// <param name="Name">With the flows around it: <c>checkout/payment</c>.</param>
/// <param name="Weight">How often it is picked.</param>
/// <param name="Order">In what order its steps are done.</param>
/// <param name="Picks">Of a weighted one, steps until it ends; 0: as many as it has.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record FlowEntry(string Name, int Weight, TaskOrder Order, int Picks);

/// <summary>One <see cref="LoadTaskAttribute"/> method.</summary>
/// <param name="Name">The method's name.</param>
/// <param name="Weight">How often it is picked.</param>
/// <param name="Tags">Its labels and those of its class.</param>
/// <param name="Run">Runs one iteration on a user of the class.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record TaskEntry(string Name, int Weight, IReadOnlyList<string> Tags, Func<User, ValueTask> Run)
{
    /// <summary>The flow it is a step of; null: of none.</summary>
    public string? Flow { get; init; }
}

/// <summary>One <see cref="BootstrapAttribute"/> method.</summary>
/// <param name="Name">Class and method: <c>HubSession.SignIn</c>.</param>
/// <param name="Result">The type of its result.</param>
/// <param name="Needs">Settings and bootstrap results it takes.</param>
/// <param name="Isolated">Whether it runs in a child process.</param>
/// <param name="TimeLimit">After this it counts as hung.</param>
/// <param name="MaxResult">The largest JSON an isolated one may send.</param>
/// <param name="Run">Runs it.</param>
/// <param name="Json">How an isolated one's result travels; null for one in process.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record BootstrapEntry(
    string Name, Type Result, IReadOnlyList<Type> Needs, bool Isolated, TimeSpan TimeLimit, Bytes MaxResult,
    Func<Supplies, BootstrapContext, CancellationToken, Task<object?>> Run, Func<JsonTypeInfo>? Json);

/// <summary>One <see cref="RunStartedAttribute"/> or <see cref="RunStoppedAttribute"/> method.</summary>
/// <param name="Name">Class and method.</param>
/// <param name="AtEnd">False: before the first user; true: after the last.</param>
/// <param name="Scenario">Only for this one; null: for all.</param>
/// <param name="Needs">Settings and bootstrap results it takes.</param>
/// <param name="TimeLimit">After this it counts as hung.</param>
/// <param name="Run">Runs it.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record HookEntry(
    string Name, bool AtEnd, string? Scenario, IReadOnlyList<Type> Needs, TimeSpan TimeLimit,
    Func<Supplies, BootstrapContext, CancellationToken, Task> Run)
{
    /// <summary>As what runs once and has nothing to share.</summary>
    internal BootstrapEntry AsBootstrap() =>
        new(Name, typeof(void), Needs, false, TimeLimit, Bytes.Zero, RunAsync, null);

    async Task<object?> RunAsync(Supplies supplies, BootstrapContext context, CancellationToken cancel)
    {
        await Run(supplies, context, cancel);
        return null;
    }
}

/// <summary>One <see cref="LoadSettingsAttribute"/> record.</summary>
/// <param name="Type">The record.</param>
/// <param name="Options">Its properties as options.</param>
/// <param name="Read">Makes the record; problems go to the reader, all of them, and then the result is not
/// used.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record SettingsEntry(Type Type, IReadOnlyList<SettingOption> Options, Func<SettingsReader, object> Read);

/// <summary>One property of a settings record.</summary>
/// <param name="Name">Without dashes: <c>image-name</c>.</param>
/// <param name="Kind">The type's word in <c>--help</c>: <c>text</c>, <c>number</c>, <c>duration</c>, <c>size</c>,
/// <c>url</c>, <c>true|false</c>, or an enumeration's names joined by <c>|</c>.</param>
/// <param name="Help">One line.</param>
/// <param name="Default">The initializer as written; null where there is none, and for a secret.</param>
/// <param name="Required">Whether it must be given.</param>
/// <param name="Secret">Never printed nor recorded.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record SettingOption(string Name, string Kind, string Help, string? Default, bool Required, bool Secret);

/// <summary>Settings and bootstrap results by type, each made once and shared by all users.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class Supplies
{
    readonly Dictionary<Type, object> byType = [];

    /// <summary>The one instance of <typeparamref name="T"/>.</summary>
    /// <exception cref="KeyNotFoundException">Never in generated code: what a class needs is supplied before it is
    /// made.</exception>
    public T Get<T>() where T : class => (T)byType[typeof(T)];

    internal bool Has(Type type) => byType.ContainsKey(type);

    internal void Add(Type type, object instance) => byType.Add(type, instance);
}
