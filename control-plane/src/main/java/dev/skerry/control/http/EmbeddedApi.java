package dev.skerry.control.http;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Resources on somebody else's port, which has received the request and knows that its sender may
 * do everything there. Streaming resources do not go with it.
 */
public final class EmbeddedApi {
    private static final String CALLER = "admin port";

    private final ResourceTable table;

    /** An API of resources that answer at once. */
    public EmbeddedApi(List<Resource> resources) {
        this.table = new ResourceTable(resources);
    }

    /** Whether a path belongs to it. */
    public boolean owns(String path) {
        return table.knows(path);
    }

    /**
     * Answers a request. May block.
     *
     * @param path without the query
     * @param query null when there is none
     * @param fields those of the request
     * @param body within the limit of the resource
     */
    public ApiAnswer answer(
            String method, String path, @Nullable String query, ApiCall.Fields fields, byte[] body)
            throws InterruptedException {
        try {
            return switch (table.match(method, path)) {
                case ResourceTable.Match.Nothing() ->
                        ApiProblem.notFound("nothing here by that name").answer();
                case ResourceTable.Match.OtherMethods other -> other.problem().answer();
                case ResourceTable.Match.Found(Resource resource, var parts) ->
                        answer(resource, parts, ResourceTable.query(query), fields, body);
            };
        } catch (ApiProblem e) {
            return e.answer();
        } catch (IOException e) {
            return new ApiProblem(503, "Not available", String.valueOf(e.getMessage())).answer();
        }
    }

    private static ApiAnswer answer(
            Resource resource,
            Map<String, String> parts,
            Map<String, String> query,
            ApiCall.Fields fields,
            byte[] body)
            throws ApiProblem, IOException, InterruptedException {
        if (resource.handler() instanceof Resource.Handler.Whole whole) {
            return whole.answer(new ApiCall(parts, query, fields, body, CALLER));
        }
        throw new IllegalStateException(resource.path() + " needs a connection of its own");
    }
}
