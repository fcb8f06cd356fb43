package dev.skerry.control.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Reads small JSON documents strictly: one object, no field twice, none that is unknown. */
public final class JsonBody {
    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(8)
                                                    .maxStringLength(64 * 1024)
                                                    .maxNumberLength(100)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private JsonBody() {}

    /**
     * The object that a body holds.
     *
     * @param known the fields that it may have
     * @throws ApiProblem 400, naming every unknown field
     */
    public static ObjectNode object(ApiCall call, String... known) throws ApiProblem {
        JsonNode document = parse(call.body());
        if (!(document instanceof ObjectNode object)) {
            throw ApiProblem.badRequest("expected a JSON object");
        }
        List<ObjectNode> unknown =
                object.properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(name -> !List.of(known).contains(name))
                        .map(JsonBody::unknown)
                        .toList();
        if (!unknown.isEmpty()) {
            throw new ApiProblem(
                    400,
                    "Bad request",
                    "unknown fields; known are " + String.join(", ", known),
                    unknown,
                    Map.of());
        }
        return object;
    }

    private static ObjectNode unknown(String name) {
        return MAPPER.createObjectNode()
                .put("pointer", "/" + name.replace("~", "~0").replace("/", "~1"))
                .put("detail", "unknown field");
    }

    private static JsonNode parse(byte[] json) throws ApiProblem {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw ApiProblem.badRequest("no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw ApiProblem.badRequest("no JSON: " + e.getMessage());
        }
    }
}
