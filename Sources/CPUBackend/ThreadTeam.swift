import CKernels

/// The one team of threads that every parallel loop runs on.
///
/// Loops are cut into blocks whose number depends on the work alone, never on how many threads
/// run them, and partial results are combined in the order of the blocks: so the bits are the same
/// for every number of threads.
package enum ThreadTeam {
  /// How many threads loops run on; at first as many as the process may use.
  package static var size: Int {
    get { Int(kernel_team_size()) }
    set { kernel_team_set_size(Int32(clamping: newValue)) }
  }

  /// Runs `body(0)` … `body(blocks - 1)`, in parallel where that is possible: each thread a share of
  /// consecutive blocks, the same one in every loop of as many, and then what others have left.
  package static func run(blocks: Int, _ body: (Int) -> Void) {
    if blocks <= 1 {
      if blocks == 1 { body(0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      var body = body
      withUnsafeMutablePointer(to: &body) { context in
        kernel_team_run(Int64(blocks), context) { context, block in
          context.unsafelyUnwrapped.assumingMemoryBound(to: ((Int) -> Void).self).pointee(
            Int(block))
        }
      }
    }
  }

  /// Cuts `count` items into ranges of about `grain` items (a multiple of `unit`, save the last)
  /// and runs `body` on each, in parallel.
  package static func run(
    count: Int, grain: Int, unit: Int = 1, _ body: (Range<Int>) -> Void
  ) {
    if count == 0 { return }
    let size = (max(grain, 1) + unit - 1) / unit * unit
    if count <= size { return body(0..<count) }
    run(blocks: (count + size - 1) / size) { block in
      body(block * size..<min(count, (block + 1) * size))
    }
  }
}
