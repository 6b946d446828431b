import Crypto

/// A file of the network.
package struct Download: Sendable, Hashable {}
