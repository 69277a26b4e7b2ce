using System.Text.Json;

namespace Chatbox.Tests.Contract.Rest;

/// <summary>Compares a real response with its schema in an OpenAPI document: types, required fields, and no undescribed field.</summary>
internal sealed class JsonShape(JsonElement document)
{
    /// <summary>The differences between a value and its schema; empty if there are none.</summary>
    public IEnumerable<string> Problems(JsonElement value, JsonElement schema, string at = "$")
    {
        schema = Resolve(schema);
        if (schema.TryGetProperty("oneOf", out var choices))
            return choices.EnumerateArray().Any(choice => !Problems(value, choice, at).Any()) ? [] : [$"{at} fits no choice"];
        if (!schema.TryGetProperty("type", out var type))
            return [];
        var types = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()) : [type.GetString()];
        if (!types.Any(name => Is(value, name!)))
            return [$"{at} is {value.ValueKind}, not {type}"];
        return value.ValueKind switch
        {
            JsonValueKind.Object => Fields(value, schema, at),
            JsonValueKind.Array => value
                .EnumerateArray()
                .SelectMany((item, n) => Problems(item, schema.GetProperty("items"), $"{at}[{n}]")),
            _ => [],
        };
    }

    private IEnumerable<string> Fields(JsonElement value, JsonElement schema, string at)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Select(name => name.GetString()!))
            {
                if (!value.TryGetProperty(name, out _))
                    yield return $"{at}.{name} is missing";
            }
        }

        foreach (var field in value.EnumerateObject())
        {
            JsonElement described = default;
            var known =
                (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(field.Name, out described))
                || schema.TryGetProperty("additionalProperties", out described);
            if (!known)
                yield return $"{at}.{field.Name} is not described";
            else
            {
                foreach (var problem in Problems(field.Value, described, $"{at}.{field.Name}"))
                    yield return problem;
            }
        }
    }

    private JsonElement Resolve(JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            var target = document;
            foreach (var step in reference.GetString()!.Split('/').Skip(1))
                target = target.GetProperty(step);
            schema = target;
        }

        return schema;
    }

    private static bool Is(JsonElement value, string type) =>
        type switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            _ => throw new ArgumentException($"No such type: {type}"),
        };
}
