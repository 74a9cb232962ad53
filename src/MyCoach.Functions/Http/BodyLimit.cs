using Microsoft.AspNetCore.Http.Metadata;

namespace MyCoach.Http;

/// <summary>Endpoint metadata: the body limit in bytes, if it is not the default of 1 MiB.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
