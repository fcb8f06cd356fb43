package dev.skerry.proxy.feed;

import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.protocol.StreamCodec;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.net.client.HttpClient;
import dev.skerry.net.events.EventReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An open change stream. One thread at a time. */
public final class WatchStream implements AutoCloseable {
    private final HttpClient.Response response;
    private final EventReader events;

    WatchStream(HttpClient.Response response) {
        this.response = response;
        this.events = new EventReader(response::read);
    }

    /**
     * Waits for the next event; those of a later version are passed over.
     *
     * @return null when the other side has ended the stream
     * @throws IOException when it broke, or was silent for too long; {@link MalformedMessage} as
     *     its cause when it cannot be read
     */
    public @Nullable StreamEvent next() throws IOException {
        while (true) {
            EventReader.Event event = events.next();
            if (event == null) {
                return null;
            }
            StreamEvent read;
            try {
                read = StreamCodec.decode(event.name(), event.data());
            } catch (MalformedMessage e) {
                throw new IOException(e.getMessage(), e);
            }
            if (read != null) {
                return read;
            }
        }
    }

    @Override
    public void close() {
        response.close();
    }
}
