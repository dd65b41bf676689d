namespace LeanLoad;

/// <summary>
/// Marks a concrete <see cref="User"/> class as one that the run may start. The classes of the program itself count: of a referenced project's
/// users, derive one and mark it. Its one constructor takes results of <see cref="BootstrapAttribute"/> methods and
/// <see cref="LoadSettingsAttribute"/> records of the same project.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LoadUserAttribute : Attribute
{
    /// <summary>Share of the planned users that are of this class, relative to the other classes of its scenario; 1 or more. Default 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>The scenario this class belongs to, chosen with <c>--scenario</c>. Default: the class name in kebab-case.</summary>
    public string? Scenario { get; init; }
}

/// <summary>Marks an instance method without parameters that returns <see cref="ValueTask"/>, <see cref="Task"/> or nothing: one iteration.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LoadTaskAttribute : Attribute
{
    /// <summary>How often this task is picked, relative to the user's other tasks; 1 or more. Default 1.</summary>
    public int Weight { get; init; } = 1;
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
/// It returns <c>T</c>, <see cref="Task{T}"/> or <see cref="ValueTask{T}"/>; its parameters are settings, results of other bootstraps,
/// <see cref="BootstrapContext"/> and <see cref="CancellationToken"/>. Its result should be immutable: users on all loops read it without a lock.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BootstrapAttribute : Attribute
{
    /// <summary>
    /// True: runs in a child process, so that the memory it takes is given back to the system; only the result comes home, as JSON by a
    /// <see cref="System.Text.Json.Serialization.JsonSerializerContext"/> of the load file that names the result type. Default false.
    /// </summary>
    public bool Isolated { get; init; }

    /// <summary>Seconds until the bootstrap counts as hung and the run ends with exit code 3. Default 60.</summary>
    public int TimeLimitSeconds { get; init; } = 60;

    /// <summary>The largest result an isolated bootstrap may send home, in bytes of JSON. Default 64 MiB.</summary>
    public int MaxResultBytes { get; init; } = 64 << 20;
}

/// <summary>
/// Marks a record whose properties are read from options and environment before anything else happens:
/// <c>--image-name</c>, then <c>LEANLOAD_IMAGE_NAME</c>, then the property's initializer. A <c>required</c> property must be given.
/// Types: <see cref="string"/>, <see cref="int"/>, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, <see cref="TimeSpan"/>
/// (with a unit: <c>30s</c>), <see cref="Bytes"/> (with a unit: <c>64MiB</c>), <see cref="Uri"/> and enumerations, each also nullable.
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
