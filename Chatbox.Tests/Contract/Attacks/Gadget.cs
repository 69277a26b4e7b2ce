using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;

namespace Chatbox.Tests.Contract.Attacks;

/// <summary>
/// A type that an attacker with write access to the store would like a node to instantiate. No test creates one, so a serializer made any
/// that exists.
/// </summary>
public sealed class Gadget
{
    private static int _made;

    public Gadget() => Interlocked.Increment(ref _made);

    public static int Made => Volatile.Read(ref _made);

    public string Path { get; set; } = "";

    /// <summary>A payload as Akka's JSON serializer writes it.</summary>
    public static byte[] Json => Encoding.UTF8.GetBytes($$"""{"$type":"{{Manifest}}","Path":"/etc"}""");

    public static string Manifest => $"{typeof(Gadget).FullName}, Chatbox.Tests";
}

/// <summary>
/// A gadget that a test sends in messages. The test creates some itself, so it compares <see cref="Made"/> before and after.
/// </summary>
public sealed class SentGadget
{
    private static int _made;

    public SentGadget() => Count();

    /// <summary>The number of instances of this type, <see cref="SentException"/> and <see cref="SentActor"/>.</summary>
    public static int Made => Volatile.Read(ref _made);

    public string Path { get; set; } = "";

    internal static void Count() => Interlocked.Increment(ref _made);
}

/// <summary>An exception that counts as a <see cref="SentGadget"/> when it is created.</summary>
public sealed class SentException : Exception
{
    public SentException() => SentGadget.Count();

    private SentException(SerializationInfo info, StreamingContext context) => SentGadget.Count();
}

/// <summary>An actor that counts as a <see cref="SentGadget"/> when it is created.</summary>
public sealed class SentActor : ReceiveActor
{
    public SentActor()
    {
        SentGadget.Count();
        ReceiveAny(_ => { });
    }
}
