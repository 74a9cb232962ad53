using Microsoft.AspNetCore.Http.Metadata;

namespace MyCoach.Hosting;

/// <summary>On an endpoint: how many bytes its bodies may have, where that is not what the server allows by itself.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
