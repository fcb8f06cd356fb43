package dev.skerry.net.server;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.StreamConnection;
import org.xnio.channels.AcceptingChannel;

/**
 * Accepts connections. A listener that is closed while a connection waits at it is no fault; any
 * other failure is said, and the listener backs off by itself.
 */
record Accepting<C extends StreamConnection>(ChannelListener<? super C> opened)
        implements ChannelListener<AcceptingChannel<C>> {
    private static final Logger LOG = LoggerFactory.getLogger(Accepting.class);

    @Override
    public void handleEvent(AcceptingChannel<C> listener) {
        try {
            C connection = listener.accept();
            if (connection != null) {
                ChannelListeners.invokeChannelListener(connection, opened);
            }
        } catch (ClosedChannelException e) {
            LOG.debug("closed while a connection came", e);
        } catch (IOException e) {
            LOG.error("no connection can be accepted on {}: {}", listener, e.getMessage());
        }
    }
}
