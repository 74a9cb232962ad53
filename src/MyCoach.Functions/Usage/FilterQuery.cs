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
    [property: FromQuery(Name = "agentId")] string[]? AgentId
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
        };

    private static IEnumerable<(Provider, string)> NamesOf(string model, ModelCatalogue catalogue) =>
        Providers.Provider.All.Select(provider => (provider, catalogue.NameOf(provider, model)));
}
