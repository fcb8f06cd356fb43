package dev.skerry.control.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.Revision;
import dev.skerry.control.purge.PurgeReceipt;
import dev.skerry.control.store.ControlStore.Entry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The record of a purge in the store: its place, and who acknowledged it once all have. */
final class PurgeText {
    static final String RECORDS = "purges/";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PurgeText() {}

    /**
     * What a record says.
     *
     * @param nodes null while the purge is not done
     */
    record Recorded(
            String id,
            String site,
            Revision place,
            long acceptedAtMillis,
            @Nullable List<PurgeReceipt.Node> nodes) {}

    static Entry write(Recorded purge) {
        ObjectNode json =
                JSON.createObjectNode()
                        .put("site", purge.site)
                        .put("revision", purge.place.toString())
                        .put("accepted", purge.acceptedAtMillis);
        if (purge.nodes != null) {
            ArrayNode nodes = json.putArray("nodes");
            for (PurgeReceipt.Node node : purge.nodes) {
                nodes.addArray().add(node.name()).add(node.role()).add(node.millis());
            }
        }
        return new Entry(RECORDS + purge.id, json.toString());
    }

    static Recorded read(String name, String record) {
        try {
            JsonNode json = JSON.readTree(record);
            Revision place = Revision.parse(json.path("revision").asText());
            if (place == null) {
                throw new IllegalStateException("the record " + name + " has no revision");
            }
            return new Recorded(
                    name.substring(RECORDS.length()),
                    json.path("site").asText(),
                    place,
                    json.path("accepted").asLong(),
                    json.has("nodes") ? nodes(json.path("nodes")) : null);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the record " + name + " is damaged", e);
        }
    }

    private static List<PurgeReceipt.Node> nodes(JsonNode list) {
        List<PurgeReceipt.Node> nodes = new ArrayList<>();
        for (JsonNode node : list) {
            nodes.add(
                    new PurgeReceipt.Node(
                            node.path(0).asText(),
                            node.path(1).asText(),
                            PurgeReceipt.State.ACKED,
                            node.path(2).asLong()));
        }
        return nodes;
    }
}
