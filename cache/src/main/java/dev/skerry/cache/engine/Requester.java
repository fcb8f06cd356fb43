package dev.skerry.cache.engine;

import dev.skerry.cache.http.ResponseHead;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Who asks: what only a fetch wants to know, so that a hit need not prepare it. */
public interface Requester {
    /** This node itself. */
    Requester NODE =
            new Requester() {
                @Override
                public Upstream.Client client() {
                    return Upstream.Client.SELF;
                }

                @Override
                public boolean hasBody() {
                    return false;
                }

                @Override
                public long bodyLength() {
                    return 0;
                }

                @Override
                public @Nullable InputStream openBody() {
                    return null;
                }

                @Override
                public void interim(ResponseHead head) {}
            };

    /** For whom upstream is asked. */
    Upstream.Client client();

    /** Whether the request has a body. */
    boolean hasBody();

    /** The length of the body, -1 when unknown. */
    long bodyLength();

    /**
     * The body, null when there is none; reading it blocks. Called at most once, off the I/O
     * thread.
     */
    @Nullable InputStream openBody();

    /**
     * An interim (1xx) response came, whoever the fetch was begun for: before the final one, in the
     * order in which upstream sent them. Must not block.
     */
    void interim(ResponseHead head);
}
