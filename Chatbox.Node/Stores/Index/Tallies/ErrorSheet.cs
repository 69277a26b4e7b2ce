using Chatbox.Actors.Index;
using Chatbox.Messages;

namespace Chatbox.Node.Stores.Index.Tallies;

/// <summary>Sorts counts of failed answers by model and step.</summary>
internal sealed class ErrorSheet(MetricsSteps steps)
{
    private readonly Dictionary<string, long[]> _models = new(StringComparer.Ordinal);

    /// <param name="step">Number of the step, from 0 on.</param>
    public void Add(string model, long step, long count)
    {
        if (!_models.TryGetValue(model, out var series))
            _models.Add(model, series = new long[steps.Count]);
        series[step] += count;
    }

    /// <summary>The models with the most errors; of two with as many, the first in order of their ids.</summary>
    public IReadOnlyList<ModelErrors> Finish() =>
        [
            .. _models
                .Select(model => new ModelErrors(new ModelId(model.Key), model.Value))
                .OrderByDescending(errors => errors.Count)
                .ThenBy(errors => errors.Model.Value, StringComparer.Ordinal)
                .Take(IndexMetrics.MaxModels),
        ];
}
