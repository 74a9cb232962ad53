using Microsoft.AspNetCore.Mvc;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>Which events a request is about. A repeated member selects the events with any of its values.</summary>
internal readonly record struct FilterQuery(
    [property: FromQuery(Name = "provider")] string[]? Provider,
    [property: FromQuery(Name = "model")] string[]? Model,
    [property: FromQuery(Name = "servedModel")] string[]? ServedModel,
    [property: FromQuery(Name = "conversationId")] string[]? ConversationId,
    [property: FromQuery(Name = "agentId")] string[]? AgentId,
    [property: FromQuery(Name = "tokenId")] string[]? TokenId,
    [property: FromQuery(Name = "metadata")] string[]? Metadata
)
{
    /// <summary>The values by member, for a cursor that continues only the same query.</summary>
    public string Binding => string.Join('\n', Members.Select(member => string.Join('\t', member.Values)));

    private (string Name, string[] Values)[] Members =>
        [
            ("provider", Provider ?? []),
            ("model", Model ?? []),
            ("servedModel", ServedModel ?? []),
            ("conversationId", ConversationId ?? []),
            ("agentId", AgentId ?? []),
            ("tokenId", TokenId ?? []),
            ("metadata", Metadata ?? []),
        ];

    public void Check(FieldErrors errors)
    {
        foreach (var (name, values) in Members)
        {
            errors.Require(
                values.Length <= QueryMembers.MaxValues,
                name,
                $"may have at most {QueryMembers.MaxValues} values"
            );
        }
        Require(Provider, "provider", name => Providers.Provider.Find(name) is not null, ProviderNameAttribute.Message);
        Require(Model, "model", IsModel, PlainTextAttribute.MessageOf(ModelIds.MaxBytes));
        Require(ServedModel, "servedModel", IsModel, PlainTextAttribute.MessageOf(ModelIds.MaxBytes));
        Require(ConversationId, "conversationId", Ids.IsId, FieldErrors.InvalidIdMessage);
        Require(AgentId, "agentId", Ids.IsId, FieldErrors.InvalidIdMessage);
        Require(TokenId, "tokenId", Ids.IsId, FieldErrors.InvalidIdMessage);
        Require(Metadata, "metadata", IsPair, "must be a key and a value of metadata, such as feature:search");

        static bool IsPair(string text) =>
            PairOf(text) is var (key, value) && EventMetadata.IsKey(key) && EventMetadata.IsValue(value);

        static bool IsModel(string name) => PlainTextAttribute.IsPlain(name, ModelIds.MaxBytes);

        void Require(string[]? values, string name, Func<string, bool> isValid, string message) =>
            errors.Require(values is null || values.All(isValid), name, message);
    }

    /// <summary>Adds an error for each member with a value, except <paramref name="allowed"/>.</summary>
    public void RequireOnly(string allowed, string message, FieldErrors errors)
    {
        foreach (var (name, values) in Members)
        {
            errors.Require(values.Length == 0 || name == allowed, name, message);
        }
    }

    /// <summary>The filter of a query without errors.</summary>
    public EventFilter ToFilter(ModelCatalogue catalogue, DeletedConversations deletions) =>
        new()
        {
            Providers = Provider ?? [],
            Models = (Model ?? []).SelectMany(name => NamesOf(name, catalogue)).ToHashSet(),
            ServedModels = ServedModel ?? [],
            Conversations =
            [
                .. (ConversationId ?? []).Select(id => new ConversationFilter(id, deletions.GenerationOf(id))),
            ],
            Agents = AgentId ?? [],
            Tokens = TokenId ?? [],
            Metadata = (Metadata ?? [])
                .Select(text => PairOf(text)!.Value)
                .GroupBy(pair => pair.Key, StringComparer.Ordinal)
                .ToDictionary(
                    pairs => pairs.Key,
                    IReadOnlyList<string> (pairs) => [.. pairs.Select(pair => pair.Value).Distinct()],
                    StringComparer.Ordinal
                ),
        };

    private static (string Key, string Value)? PairOf(string text) =>
        text.Split(':', 2) is [var key, var value] ? (key, value) : null;

    private static IEnumerable<(Provider, string)> NamesOf(string model, ModelCatalogue catalogue) =>
        Providers.Provider.All.Select(provider => (provider, catalogue.NameOf(provider, model)));
}
