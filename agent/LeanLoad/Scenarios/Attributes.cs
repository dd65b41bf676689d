namespace LeanLoad;

/// <summary>
/// Marks a concrete <see cref="User"/> class as one that the run may start. The classes of the program itself count: of
/// a referenced project's users, derive one and mark it. Its one constructor takes results of
/// <see cref="BootstrapAttribute"/> methods and <see cref="LoadSettingsAttribute"/> records of the same project.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LoadUserAttribute : Attribute
{
    /// <summary>
    /// Share of the planned users that are of this class, relative to the other classes of its scenario; 1 or more.
    /// Default 1.
    /// </summary>
    public int Weight { get; init; } = 1;

    /// <summary>
    /// Exactly this many users of the class, whatever <c>--users</c> says; they start first, and the rest is shared by
    /// weight. Default 0: by weight.
    /// </summary>
    public int Count { get; init; }

    /// <summary>How the user's next task is found. Default: at random, by weight.</summary>
    public TaskOrder Order { get; init; }

    /// <summary>
    /// The scenario this class belongs to, chosen with <c>--scenario</c>. Default: the class name in kebab-case.
    /// </summary>
    public string? Scenario { get; init; }
}

/// <summary>
/// Marks an instance method without parameters that returns <see cref="ValueTask"/>, <see cref="Task"/> or nothing: one
/// iteration.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LoadTaskAttribute : Attribute
{
    /// <summary>
    /// How often this task is picked, relative to the others beside it; where they run in sequence, how many times in a
    /// row. 1 or more. Default 1.
    /// </summary>
    public int Weight { get; init; } = 1;

    /// <summary>
    /// The flow it is a step of, such as <c>checkout</c>, or <c>checkout/payment</c> for a flow inside a flow. Default:
    /// of none.
    /// </summary>
    public string? Flow { get; init; }
}

/// <summary>In what order the steps of a user or of a flow are done.</summary>
public enum TaskOrder
{
    /// <summary>At random, each with the chance of its weight.</summary>
    Weighted,

    /// <summary>As they stand in the source, one after the other, each as many times in a row as its weight.</summary>
    Sequential,
}

/// <summary>
/// Says how a flow of the class is done: the tasks that name it in <see cref="LoadTaskAttribute.Flow"/>, and the flows
/// inside it. A flow is picked as one task is, and then done to its end, with think time between its steps. Without
/// this attribute it is sequential and of weight 1.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class FlowAttribute(string name) : Attribute
{
    /// <summary>The flow: <c>checkout</c>, or <c>checkout/payment</c> for one inside another.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// How often the flow is picked, relative to the tasks and flows beside it; 1 or more. Default 1.
    /// </summary>
    public int Weight { get; init; } = 1;

    /// <summary>In what order its steps are done. Default: one after the other.</summary>
    public TaskOrder Order { get; init; } = TaskOrder.Sequential;

    /// <summary>Of a weighted flow: how many steps are picked before it ends. Default 0: as many as it has.</summary>
    public int Picks { get; init; }
}

/// <summary>Labels a task, for <c>--tags</c> and <c>--exclude-tags</c>.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class TagAttribute(string name) : Attribute
{
    /// <summary>The label, for example <c>hub:pull</c>.</summary>
    public string Name { get; } = name;
}

/// <summary>
/// Marks a static method whose result all users share: it runs exactly once per agent, before the first user exists.
/// It returns <c>T</c>, <see cref="Task{T}"/> or <see cref="ValueTask{T}"/>; its parameters are settings, results of
/// other bootstraps, <see cref="BootstrapContext"/> and <see cref="CancellationToken"/>. Its result should be
/// immutable: users on all loops read it without a lock.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BootstrapAttribute : Attribute
{
    /// <summary>
    /// True: runs in a child process, so that the memory it takes is given back to the system; only the result comes
    /// home, as JSON by a <see cref="System.Text.Json.Serialization.JsonSerializerContext"/> of the load file that
    /// names the result type. Default false.
    /// </summary>
    public bool Isolated { get; init; }

    /// <summary>Seconds until the bootstrap counts as hung and the run ends with exit code 3. Default 60.</summary>
    public int TimeLimitSeconds { get; init; } = 60;

    /// <summary>The largest result an isolated bootstrap may send home, in bytes of JSON. Default 64 MiB.</summary>
    public int MaxResultBytes { get; init; } = 64 << 20;
}

/// <summary>
/// Marks a static method that runs once per agent when all bootstraps are done, before the first user starts. It
/// returns nothing, <see cref="Task"/> or <see cref="ValueTask"/>; its parameters are those of a bootstrap. Where it
/// throws, the run ends with exit code 3, and with 86 where there was not as much memory as it takes; its
/// <see cref="CancellationToken"/> ends it when so little is left. What it should make for users to share is a
/// <see cref="BootstrapAttribute"/> instead.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RunStartedAttribute : Attribute
{
    /// <summary>Seconds until it counts as hung. Default 60.</summary>
    public int TimeLimitSeconds { get; init; } = 60;

    /// <summary>Only for runs of this scenario. Default: for all.</summary>
    public string? Scenario { get; init; }
}

/// <summary>
/// Marks a static method that runs once per agent when the last user has stopped, however the run ended, unless it
/// never started. As <see cref="RunStartedAttribute"/>; where it throws, that is a warning in the report, and exit code
/// 86 where a run that had passed had not as much memory as it takes.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RunStoppedAttribute : Attribute
{
    /// <summary>Seconds until it counts as hung. Default 60.</summary>
    public int TimeLimitSeconds { get; init; } = 60;

    /// <summary>Only for runs of this scenario. Default: for all.</summary>
    public string? Scenario { get; init; }
}

/// <summary>
/// Marks a record whose properties are read from options and environment before anything else happens:
/// <c>--image-name</c>, then <c>LEANLOAD_IMAGE_NAME</c>, then the property's initializer. A <c>required</c> property
/// must be given. Types: <see cref="string"/>, <see cref="int"/>, <see cref="long"/>, <see cref="double"/>,
/// <see cref="bool"/>, <see cref="TimeSpan"/> (with a unit: <c>30s</c>), <see cref="Bytes"/> (with a unit:
/// <c>64MiB</c>), <see cref="Uri"/> and enumerations, each also nullable, and as a list: an array or
/// <see cref="IReadOnlyList{T}"/>, written <c>a,b,c</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class LoadSettingsAttribute : Attribute;

/// <summary>Describes one property of a <see cref="LoadSettingsAttribute"/> record in <c>--help</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string help) : Attribute
{
    /// <summary>One line for <c>--help</c>: what it is, its unit or an example.</summary>
    public string Help { get; } = help;

    /// <summary>The option's name without dashes. Default: the property's name in kebab-case.</summary>
    public string? Name { get; init; }

    /// <summary>True for passwords and tokens: never printed nor recorded. Default false.</summary>
    public bool Secret { get; init; }
}
