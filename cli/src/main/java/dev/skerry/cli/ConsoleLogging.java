package dev.skerry.cli;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * The log of every process: one line an event on stderr, written by a thread of its own. Found by
 * logback as a service, and much quicker to set up than a file of its markup. Whoever logs never
 * waits: a full queue drops events, the least important first.
 */
public final class ConsoleLogging extends ContextAwareBase implements Configurator {
    private static final int QUEUED_EVENTS = 4096;

    /** A value in a message cannot forge a second line; a trace follows on the same line. */
    private static final String LINE =
            "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\", UTC} %-5level %logger{0}:"
                    + " %replace(%msg){'[\\r\\n]+', ' | '}"
                    + "%replace(%replace(%ex{16}){'\\s+$', ''}){'^(?=.)|\\s*[\\r\\n]+\\s*', ' | '}"
                    + "%nopex%n";

    private static final List<String> CHATTY =
            List.of("io.undertow", "okhttp3", "org.jboss", "org.xnio");

    /** Called by logback through its service file. */
    public ConsoleLogging() {}

    @Override
    public ExecutionStatus configure(LoggerContext logging) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(logging);
        encoder.setPattern(LINE);
        encoder.start();

        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(logging);
        console.setName("stderr");
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();

        AsyncAppender queue = new AsyncAppender();
        queue.setContext(logging);
        queue.setName("queue");
        queue.setQueueSize(QUEUED_EVENTS);
        queue.setNeverBlock(true);
        queue.addAppender(console);
        queue.start();

        logging.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
        logging.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(queue);
        CHATTY.forEach(name -> logging.getLogger(name).setLevel(Level.WARN));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Writes what is still queued. Nothing is logged afterwards. */
    static void finish() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logging) {
            logging.stop();
        }
    }
}
