package dev.skerry.config.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class JsonWriterTest {
    @Test
    void membersElementsAndNestedObjectsAreSeparatedByCommas() {
        JsonWriter json = new JsonWriter().object().put("a", 1).put("b", true).put("c", null);
        json.list("d").object().put("e", "f").end().object().end().endList();
        json.object("g").end().putAll("h", List.of("i", "j")).putAll("k", List.of()).end();

        assertEquals(
                "{\"a\":1,\"b\":true,\"c\":null,\"d\":[{\"e\":\"f\"},{}],\"g\":{},"
                        + "\"h\":[\"i\",\"j\"],\"k\":[]}",
                json.toString());
    }

    @Test
    void whatWouldEndATextIsEscaped() {
        JsonWriter json = new JsonWriter().object().put("a\"", "\\\n\u0001é\ud800").end();

        assertEquals("{\"a\\\"\":\"\\\\\\u000a\\u0001é\\ud800\"}", json.toString());
    }
}
