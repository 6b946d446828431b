/// The memory of one array, or of several views of it: 64-byte aligned and pooled.
///
/// Written only while nothing else can see it: by the backend that fills a fresh result, or by an
/// in-place update of an array that is uniquely referenced. From then on it does not change, so it
/// may be shared between threads.
package final class Storage: @unchecked Sendable {
  package let pointer: UnsafeMutableRawPointer
  package let byteCount: Int

  /// Memory with undefined contents.
  package init(byteCount: Int) {
    self.byteCount = byteCount
    self.pointer = MemoryPool.shared.allocate(byteCount)
  }

  deinit {
    MemoryPool.shared.release(pointer, byteCount: byteCount)
  }
}
