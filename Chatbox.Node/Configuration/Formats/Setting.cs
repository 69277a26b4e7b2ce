namespace Chatbox.Node.Configuration.Formats;

/// <summary>A value as it was written, and where.</summary>
/// <param name="Text">A single value; null when a TOML array was given.</param>
/// <param name="Items">The items of a TOML array.</param>
/// <param name="Origin">The environment, or the file and path.</param>
public sealed record RawValue(string? Text, IReadOnlyList<string> Items, string Origin);

/// <summary>What reading a value gave: the value, or what is wrong with it.</summary>
public readonly record struct Parsed<T>(T Value, string? Problem)
{
    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static Parsed<T> Refused(string problem) => new(default!, problem);
}

/// <summary>How values of a setting are written.</summary>
/// <param name="Accepts">What may be written, with its bounds, for people.</param>
/// <param name="Show">How a value would be written; empty for nothing.</param>
public sealed record ValueFormat<T>(string Accepts, Func<RawValue, Parsed<T>> Parse, Func<T, string> Show)
{
    /// <summary>The value must not appear in any message or log.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Free text, in which words that look like placeholders are not suspicious.</summary>
    public bool IsProse { get; init; }

    /// <summary>A TOML array, or values separated by commas.</summary>
    public bool IsList { get; init; }
}

/// <summary>What happens when a setting of a part that this version does not have is set: silence is not a choice.</summary>
/// <param name="Refuse">Whether the start is refused; else it is warned of.</param>
public sealed record Unavailable(bool Refuse, string Message)
{
    public static Unavailable Warn(string message) => new(false, message);

    public static Unavailable Stop(string message) => new(true, message);
}

/// <summary>One row of the table of settings: its name, its places in the file and what it means.</summary>
/// <param name="Key">Name in the environment; <c>&lt;n&gt;</c> stands for the number of a group.</param>
/// <param name="TomlPaths">Places in <c>config.toml</c>, levels separated by a colon; at most one of them may be used.</param>
/// <param name="Description">One line, with the unit.</param>
public abstract record Setting(string Key, IReadOnlyList<string> TomlPaths, string Description)
{
    public Unavailable? Unavailable { get; init; }

    /// <summary>What may be written, with bounds.</summary>
    public abstract string Accepts { get; }

    /// <summary>The default as it would be written; empty for none.</summary>
    public abstract string DefaultText { get; }

    public abstract bool IsSecret { get; }

    public abstract bool IsProse { get; }

    public abstract bool IsList { get; }

    /// <summary>The same setting of one numbered group; the n-th table of the array in the file is group n.</summary>
    internal abstract Setting OfNumber(int number);

    internal abstract object? Read(RawValue? raw, Action<string> refuse);
}

/// <summary>A setting whose values have the type <typeparamref name="T"/>.</summary>
public sealed record Setting<T>(string Key, IReadOnlyList<string> TomlPaths, ValueFormat<T> Format, T Default, string Description)
    : Setting(Key, TomlPaths, Description)
{
    /// <summary>Says the default in words where it depends on something else.</summary>
    public string? DefaultNote { get; init; }

    public override string Accepts => Format.Accepts;

    public override string DefaultText => DefaultNote ?? Format.Show(Default);

    public override bool IsSecret => Format.IsSecret;

    public override bool IsProse => Format.IsProse;

    public override bool IsList => Format.IsList;

    internal override Setting OfNumber(int number) => OfGroup(number);

    /// <inheritdoc cref="OfNumber" />
    public Setting<T> OfGroup(int number) =>
        this with
        {
            Key = Key.Replace("<n>", $"{number}"),
            TomlPaths = [.. TomlPaths.Select(path => path.Replace("<n>", $"{number - 1}"))],
        };

    internal override object? Read(RawValue? raw, Action<string> refuse)
    {
        if (raw is null)
            return Default;
        var (value, problem) = Format.Parse(raw);
        if (problem is null)
            return value;
        refuse(problem);
        return Default;
    }
}
