package dev.skerry.net.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.net.events.EventReader.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventReaderTest {
    private static final String STREAM =
            """
            \uFEFFevent: beat
            data: {"a":1}

            : a comment

            id: 7
            data:no space
            data
            data:  two
            retry: 10
            other

            event: nothing

            data: \u00e9 \uD83D\uDC1F

            event: cut
            data: off\
            """;

    private static final List<Event> EVENTS =
            List.of(
                    new Event("beat", "", "{\"a\":1}"),
                    new Event("message", "7", "no space\n\n two"),
                    new Event("message", "7", "\u00e9 \uD83D\uDC1F"));

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void linesEndInAnyOfThreeWaysWhateverPiecesTheyComeIn(String lineEnd) throws IOException {
        byte[] bytes = STREAM.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            EventReader reader = reader(bytes, () -> random.nextInt(1, 9));
            List<Event> read = new ArrayList<>();
            for (Event event = reader.next(); event != null; event = reader.next()) {
                read.add(event);
            }
            assertEquals(EVENTS, read, "seed " + seed);
        }
    }

    @Test
    void anEventIsThereWithItsLastReturnAndDoesNotWaitForALineFeed() throws IOException {
        byte[] bytes = "data: a\r\r".getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.wrap(bytes);
        EventReader reader =
                new EventReader(into -> {
                    if (!all.hasRemaining()) {
                        throw new AssertionError("asked for more than the event needs");
                    }
                    into.put(all);
                    return bytes.length;
                });
        assertEquals(new Event("message", "", "a"), reader.next());
    }

    @Test
    void aLineOfTheMostBytesPassesAndOneMoreDoesNot() throws IOException {
        assertNotNull(limited("data:123\n\n").next());
        assertThrows(IOException.class, limited("data:1234\n\n")::next);
        assertThrows(IOException.class, limited(":23456789")::next);
    }

    @Test
    void anEventOfTheMostCharactersPassesAndOneMoreDoesNot() throws IOException {
        assertNotNull(limited("data:12\ndata:12\ndata:\n\n").next());
        assertThrows(IOException.class, limited("data:12\ndata:123\ndata:\n\n")::next);
    }

    @Test
    void whatIsNotUtf8IsAnError() {
        byte[] bytes = {'d', 'a', 't', 'a', ':', (byte) 0xC3, '\n', '\n'};
        assertThrows(IOException.class, reader(bytes, () -> 100)::next);
    }

    @Test
    void aBrokenStreamIsNotAnEndedOne() throws IOException {
        assertNull(reader(new byte[0], () -> 1).next());
        EventReader broken =
                new EventReader(into -> {
                    throw new IOException("reset");
                });
        assertThrows(IOException.class, broken::next);
    }

    /** Lines of 8 bytes, events of 6 characters. */
    private static EventReader limited(String text) {
        ByteBuffer all = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        return new EventReader(into -> copy(all, into, 3), 8, 6);
    }

    private static EventReader reader(byte[] bytes, IntSupplier sizes) {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        return new EventReader(into -> copy(all, into, sizes.getAsInt()));
    }

    private static int copy(ByteBuffer all, ByteBuffer into, int most) {
        if (!all.hasRemaining()) {
            return -1;
        }
        int count = Math.min(most, all.remaining());
        into.put(all.slice(all.position(), count));
        all.position(all.position() + count);
        return count;
    }
}
