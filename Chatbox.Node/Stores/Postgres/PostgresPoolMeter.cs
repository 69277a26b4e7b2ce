using System.Diagnostics.Metrics;

namespace Chatbox.Node.Stores.Postgres;

/// <summary>Reads the driver's own count of the connections in this process.</summary>
internal sealed class PostgresPoolMeter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _reading = new();
    private int _used;
    private int _idle;

    public PostgresPoolMeter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Npgsql", Name: "db.client.connection.count" })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((_, value, tags, _) => Add(value, tags));
        _listener.Start();
    }

    /// <param name="most">Size of the pool.</param>
    public PoolUsage Read(int most)
    {
        lock (_reading)
        {
            (_used, _idle) = (0, 0);
            _listener.RecordObservableInstruments();
            return new PoolUsage(_used, _idle, most);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(int connections, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
        {
            if (name != "db.client.connection.state")
                continue;
            if (value is "idle")
                _idle += connections;
            else
                _used += connections;
        }
    }
}
