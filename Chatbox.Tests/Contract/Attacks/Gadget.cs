using System.Runtime.Serialization;
using Akka.Actor;

namespace Chatbox.Tests.Contract.Attacks;

/// <summary>
/// What somebody with a way into the store would like a node to create. No test creates one, so any that exists was made by a serializer.
/// </summary>
public sealed class Gadget
{
    private static int _made;

    public Gadget() => Interlocked.Increment(ref _made);

    public static int Made => Volatile.Read(ref _made);

    public string Path { get; set; } = "";

    /// <summary>As Akka's JSON serializer writes it.</summary>
    public static byte[] Json => """{"$type":"Chatbox.Tests.Contract.Gadget, Chatbox.Tests","Path":"/etc"}"""u8.ToArray();

    public static string Manifest => $"{typeof(Gadget).FullName}, Chatbox.Tests";
}

/// <summary>The same for what a test sends: it creates some itself, and counts those that are made without it.</summary>
public sealed class SentGadget
{
    private static int _made;

    public SentGadget() => Count();

    /// <summary>Of this type, of <see cref="SentException"/> and of <see cref="SentActor"/>.</summary>
    public static int Made => Volatile.Read(ref _made);

    public string Path { get; set; } = "";

    internal static void Count() => Interlocked.Increment(ref _made);
}

/// <inheritdoc cref="SentGadget" />
public sealed class SentException : Exception
{
    public SentException() => SentGadget.Count();

    private SentException(SerializationInfo info, StreamingContext context) => SentGadget.Count();
}

/// <inheritdoc cref="SentGadget" />
public sealed class SentActor : ReceiveActor
{
    public SentActor()
    {
        SentGadget.Count();
        ReceiveAny(_ => { });
    }
}
