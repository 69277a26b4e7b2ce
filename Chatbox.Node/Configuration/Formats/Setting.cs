namespace Chatbox.Node.Configuration.Formats;

/// <summary>A value as configured, with its source.</summary>
/// <param name="Text">A single value; null for a TOML array.</param>
/// <param name="Items">The items of a TOML array.</param>
/// <param name="Origin">The environment, or the file with the path of the entry.</param>
public sealed record RawValue(string? Text, IReadOnlyList<string> Items, string Origin);

/// <summary>The result of reading a value: the value, or a description of the problem.</summary>
public readonly record struct Parsed<T>(T Value, string? Problem)
{
    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static Parsed<T> Refused(string problem) => new(default!, problem);
}

/// <summary>How the values of a setting are written and read.</summary>
/// <param name="Accepts">Description of valid values with their bounds.</param>
/// <param name="Show">Writes a value as in the configuration; empty text for no value.</param>
public sealed record ValueFormat<T>(string Accepts, Func<RawValue, Parsed<T>> Parse, Func<T, string> Show)
{
    /// <summary>Whether the value must stay out of messages and logs.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Whether the value is free text, which may contain words that look like placeholders.</summary>
    public bool IsProse { get; init; }

    /// <summary>Whether quotation marks around the whole value may be part of it, as in <c>'self'</c>.</summary>
    public bool MayBeQuoted { get; init; }
}

/// <summary>What happens when a setting is set that this version does not support.</summary>
/// <param name="Refuse">Whether the node refuses to start, or only logs a warning.</param>
public sealed record Unavailable(bool Refuse, string Message)
{
    public static Unavailable Warn(string message) => new(false, message);

    public static Unavailable Stop(string message) => new(true, message);
}

/// <summary>One row of the table of settings: name, places in the file, and meaning.</summary>
/// <param name="Key">Name in the environment; <c>&lt;n&gt;</c> stands for the number of a group.</param>
/// <param name="TomlPaths">Places in <c>config.toml</c>, with colons between the levels; at most one of them may be used.</param>
/// <param name="Description">One line with the unit.</param>
public abstract record Setting(string Key, IReadOnlyList<string> TomlPaths, string Description)
{
    public Unavailable? Unavailable { get; init; }

    /// <summary>Description of valid values with their bounds.</summary>
    public abstract string Accepts { get; }

    /// <summary>The default as written in a configuration; empty if there is no default.</summary>
    public abstract string DefaultText { get; }

    public abstract bool IsSecret { get; }

    /// <summary>Name in the environment of a file with the value; null unless the value is a secret.</summary>
    public string? FileKey => IsSecret ? $"{Key}_FILE" : null;

    public abstract bool IsProse { get; }

    public abstract bool MayBeQuoted { get; }

    /// <summary>The setting of one numbered group; the n-th table of the array in the file is group n.</summary>
    internal abstract Setting OfNumber(int number);

    internal abstract object? Read(RawValue? raw, Action<string> refuse);
}

/// <summary>A setting with values of the type <typeparamref name="T"/>.</summary>
public sealed record Setting<T>(string Key, IReadOnlyList<string> TomlPaths, ValueFormat<T> Format, T Default, string Description)
    : Setting(Key, TomlPaths, Description)
{
    /// <summary>Describes a default that depends on other settings.</summary>
    public string? DefaultNote { get; init; }

    public override string Accepts => Format.Accepts;

    public override string DefaultText => DefaultNote ?? Format.Show(Default);

    public override bool IsSecret => Format.IsSecret;

    public override bool IsProse => Format.IsProse;

    public override bool MayBeQuoted => Format.MayBeQuoted;

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
