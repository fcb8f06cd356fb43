package dev.skerry.control.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.control.http.Resource.Verb;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The API's own description (OpenAPI 3.1): paths, methods and scopes from the table of resources,
 * parameters, bodies and answers from {@code operations.json} beside this class.
 */
final class OpenApi {
    private static final Pattern PART = Pattern.compile("\\{(\\w+)}");
    private static final String REST = "...}";
    private static final String PATH = "/openapi.json";

    private final ObjectNode described = described();
    private final ObjectNode document = described.objectNode();

    private OpenApi() {}

    /** A resource that describes all others and itself. */
    static Resource resource(List<Resource> others) {
        OpenApi description = new OpenApi();
        Resource self =
                new Resource(
                        "GET",
                        PATH,
                        Verb.ANYONE,
                        "This document",
                        0,
                        (Resource.Handler.Whole) call -> ApiAnswer.json(200, description.document));
        description.describe(others, self);
        return self;
    }

    private void describe(List<Resource> others, Resource self) {
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Skerry control plane")
                .put("version", "1")
                .put("description", "Sites, purges, nodes. Refusals are problem documents.");
        ObjectNode paths = document.putObject("paths");
        others.forEach(resource -> operation(paths, resource));
        operation(paths, self);
        ObjectNode components = document.putObject("components");
        components.set("schemas", described.path("schemas"));
        components.set("securitySchemes", described.path("securitySchemes"));
    }

    private void operation(ObjectNode paths, Resource resource) {
        if (resource.isAboutSites()) {
            // A description has neither other methods nor paths of other servers.
            return;
        }
        String method = resource.method().toLowerCase(Locale.ROOT);
        String path = resource.path().replace(REST, "}");
        ObjectNode operation = paths.withObjectProperty(path).putObject(method);
        operation.put("summary", resource.summary());
        ArrayNode security = operation.putArray("security");
        if (resource.verb() != Verb.ANYONE) {
            String verb = resource.verb().name().toLowerCase(Locale.ROOT);
            operation.put("description", "Needs a token that allows " + verb + ".");
            security.addObject().putArray(resource.dialect().scheme()).add(verb);
        }
        ArrayNode parameters = operation.putArray("parameters");
        Matcher part = PART.matcher(path);
        while (part.find()) {
            ObjectNode parameter = parameters.addObject();
            parameter.put("name", part.group(1)).put("in", "path").put("required", true);
            parameter.putObject("schema").put("type", "string");
        }
        JsonNode more = described.path("operations").path(resource.method() + " " + path);
        more.path("parameters").forEach(parameters::add);
        if (resource.mostBodyBytes() > 0) {
            ObjectNode content = operation.putObject("requestBody").putObject("content");
            JsonNode schema = more.path("body");
            for (String type : resource.mediaTypes().stream().sorted().toList()) {
                content.putObject(type)
                        .set("schema", schema.isMissingNode() ? content.objectNode() : schema);
            }
        }
        ObjectNode responses = operation.putObject("responses");
        for (Map.Entry<String, JsonNode> answer : more.path("answers").properties()) {
            responses.set(answer.getKey(), answer.getValue());
        }
        ObjectNode refusal = responses.putObject("default");
        refusal.put("description", "A refusal")
                .putObject("content")
                .putObject(resource.dialect().refusalType())
                .putObject("schema")
                .put("$ref", "#/components/schemas/" + resource.dialect().refusalSchema());
    }

    private static ObjectNode described() {
        try (InputStream in = OpenApi.class.getResourceAsStream("operations.json")) {
            if (in == null) {
                throw new IllegalStateException("operations.json is missing from the jar");
            }
            return (ObjectNode) JsonMapper.builder().build().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("operations.json", e);
        }
    }
}
