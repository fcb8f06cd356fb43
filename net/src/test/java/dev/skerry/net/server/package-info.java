@NullMarked
package dev.skerry.net.server;

import org.jspecify.annotations.NullMarked;
