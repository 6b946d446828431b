import Arrays

/// One run of a plan on the leaves of its arguments, and the memory that the next one needs again:
/// callers at the same time have one each.
final class PlanCall {
  /// The arguments of the run.
  let reader = LeafReader()
  private var addresses: [UnsafeMutableRawPointer] = []
  private var resultAddresses: [UnsafeMutableRawPointer] = []
  /// The arrays that take the places of state which could not change where it was.
  private var moved: [Int: NDArray] = [:]
  /// Copies that the run alone needs: of arguments that are not row-major.
  private var held: [NDArray] = []
  /// The contents of the arguments on which the plan's kept values depend, before and after a run.
  private var stamps: [UInt64] = []
  private var stampsAfterRun: [UInt64] = []
  /// Whether some state must be written back: it lies elsewhere now, or is no tensor.
  private var changesPlaces = false

  /// Runs the plan and gives the results beside the state. State that nothing else refers to is
  /// changed in place; `state` calls the walk that writes back what else has changed.
  func run(_ plan: Plan, state: (StateWriter) -> Void) -> [Tensor] {
    let results = plan.boundary.ownResults.map { value in
      let (layout, dataType) = (plan.graph.values[value].layout, plan.graph.values[value].dataType)
      return Tensor(NDArray(allocated: layout, dataType))
    }
    readStamps(plan.keeping)
    locateArguments(plan.boundary)
    locateResults(plan, results)
    readStampsAfterRun(plan)
    plan.run(
      arguments: addresses, results: resultAddresses, stamps: stamps,
      stampsAfterRun: stampsAfterRun)
    if changesPlaces { state(StateWriter(reader.table, moved: moved)) }
    if !moved.isEmpty { moved.removeAll() }
    if !held.isEmpty { held.removeAll() }
    return results
  }

  private func readStamps(_ keeping: Keeping) {
    stamps.removeAll(keepingCapacity: true)
    for argument in keeping.arguments { stamps.append(stamp(of: argument)) }
  }

  /// Those of state are new ones once it is known where the run changes it.
  private func readStampsAfterRun(_ plan: Plan) {
    stampsAfterRun.removeAll(keepingCapacity: true)
    for (number, argument) in plan.keeping.arguments.enumerated() {
      let changes = plan.boundary.changes[argument]
      stampsAfterRun.append(changes ? stamp(of: argument) : stamps[number])
    }
  }

  private func stamp(of argument: Int) -> UInt64 {
    if let array = moved[argument] { return array.contentsStamp }
    let leaf = reader.table.pointee.leaves[argument].array
    return leaf?._withUnsafeGuaranteedRef { $0.contentsStamp } ?? 0
  }

  private func locateArguments(_ boundary: PlanBoundary) {
    let table = reader.table
    var addresses: [UnsafeMutableRawPointer] = []
    swap(&addresses, &self.addresses)
    addresses.removeAll(keepingCapacity: true)
    changesPlaces = false
    for index in 0..<table.pointee.count {
      let changes = boundary.changes[index]
      guard let leaf = table.pointee.leaves[index].array else {
        addresses.append(table.pointee.words(index))
        if changes { changesPlaces = true }
        continue
      }
      let address = leaf._withUnsafeGuaranteedRef { array in
        changes
          ? addressOfState(array, at: index)
          : array.isContiguous ? array.rawPointer : addressOfCopy(array)
      }
      addresses.append(address)
    }
    swap(&addresses, &self.addresses)
  }

  private func addressOfCopy(_ array: NDArray) -> UnsafeMutableRawPointer {
    let copy = array.compacted()
    held.append(copy)
    return copy.rawPointer
  }

  /// Where state is changed: in its own memory where nobody else sees that.
  private func addressOfState(_ array: NDArray, at index: Int) -> UnsafeMutableRawPointer {
    if reader.table.pointee.leaves[index].isUnique && array.ownsMemory && array.isContiguous {
      array.contentsChange()
      return array.rawPointer
    }
    let own = NDArray(allocated: Layout(contiguous: array.shape), array.dataType)
    ThreadState.backend.copy(array, into: own)
    moved[index] = own
    changesPlaces = true
    return own.rawPointer
  }

  private func locateResults(_ plan: Plan, _ results: [Tensor]) {
    var addresses: [UnsafeMutableRawPointer] = []
    swap(&addresses, &resultAddresses)
    addresses.removeAll(keepingCapacity: true)
    var next = 0
    for number in plan.graph.replaced.indices {
      guard let argument = plan.graph.replaced[number] else {
        addresses.append(results[next].array.rawPointer)
        next += 1
        continue
      }
      addresses.append(self.addresses[argument])
    }
    swap(&addresses, &resultAddresses)
  }
}
