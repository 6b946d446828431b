import Arrays

/// One run of a plan on the leaves of its arguments, and the memory that the next one needs again:
/// callers at the same time have one each.
final class PlanCall {
  /// The arguments of the run.
  let reader = LeafReader()
  private let writer = StateWriter()
  private var addresses: [UnsafeMutableRawPointer] = []
  private var resultAddresses: [UnsafeMutableRawPointer] = []
  /// The arrays that take the places of state which could not change where it was.
  private var moved: [NDArray?] = []
  /// Copies that the run alone needs: of arguments that are not row-major, and of state whose place
  /// something else takes.
  private var held: [NDArray] = []
  /// Whether some state must be written back: it lies elsewhere now, or is no tensor.
  private var changesPlaces = false

  /// Runs the plan and gives the results beside the state. State that nothing else refers to is
  /// changed in place; `state` calls the walk that writes back what else has changed.
  func run(_ plan: Plan, state: (StateWriter) -> Void) -> [NDArray] {
    let results = plan.boundary.ownResults.map { value in
      NDArray(allocated: plan.graph.values[value].layout, plan.graph.values[value].dataType)
    }
    reader.words.withUnsafeMutableBufferPointer { words in
      locateArguments(plan, words.baseAddress)
      locateResults(plan, results)
      addresses.withUnsafeBufferPointer { arguments in
        resultAddresses.withUnsafeBufferPointer { results in
          plan.run(arguments: arguments, results: results)
        }
      }
    }
    if changesPlaces { writer.write(moved, reader.words, state) }
    withExtendedLifetime(results) {}
    return results
  }

  /// Lets go of the arguments.
  func reset() {
    reader.reset()
    moved.removeAll(keepingCapacity: true)
    held.removeAll(keepingCapacity: true)
  }

  private func locateArguments(_ plan: Plan, _ words: UnsafeMutablePointer<UInt64>?) {
    addresses.removeAll(keepingCapacity: true)
    changesPlaces = false
    for index in reader.arrays.indices {
      moved.append(nil)
      guard let array = reader.arrays[index] else {
        addresses.append(UnsafeMutableRawPointer(words.unsafelyUnwrapped + 2 * index))
        if plan.boundary.changes[index] { changesPlaces = true }
        continue
      }
      if plan.boundary.changes[index] {
        addresses.append(addressOfState(array, at: index))
      } else if array.isContiguous {
        addresses.append(array.rawPointer)
      } else {
        held.append(array.compacted())
        addresses.append(held[held.count - 1].rawPointer)
      }
    }
  }

  /// Where state is changed: in its own memory where nobody else sees that.
  private func addressOfState(_ array: NDArray, at index: Int) -> UnsafeMutableRawPointer {
    if reader.isUnique[index] && array.ownsMemory && array.isContiguous { return array.rawPointer }
    let own = NDArray(allocated: Layout(contiguous: array.shape), array.dataType)
    ThreadState.backend.copy(array, into: own)
    moved[index] = own
    changesPlaces = true
    return own.rawPointer
  }

  private func locateResults(_ plan: Plan, _ results: [NDArray]) {
    resultAddresses.removeAll(keepingCapacity: true)
    var next = 0
    for (number, argument) in plan.graph.replaced.enumerated() {
      guard let argument else {
        resultAddresses.append(results[next].rawPointer)
        next += 1
        continue
      }
      // What is computed from the old state must not be overwritten before it is read.
      if plan.boundary.movesResult[number] {
        let value = plan.graph.values[plan.graph.results[number]]
        let own = NDArray(allocated: value.layout, value.dataType)
        if let old = moved[argument] { held.append(old) }
        moved[argument] = own
        changesPlaces = true
        resultAddresses.append(own.rawPointer)
      } else {
        resultAddresses.append(addresses[argument])
      }
    }
  }
}
