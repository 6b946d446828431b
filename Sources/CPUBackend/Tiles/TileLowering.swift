import Arrays
import CKernels

/// Turns a program into steps: every instruction becomes one call of a kernel over operands that
/// stay where they are, whenever the kernels can read them there.
struct TileLowering {
  let program: TileProgram
  let space: TileSpace
  let kinds: [TileValueKind]
  /// Rows are so short that loops over them would cost more than writing numbers that they share
  /// out over the tile, so that whole tiles are one long row.
  let isNarrow: Bool

  private(set) var slots: [TileSlot] = []
  /// Run once a block, on what is the same for all its rows.
  private(set) var prologue: [TileStep] = []
  /// Run on every tile.
  private(set) var body: [TileStep] = []
  /// Run once for all after the prologue, when all blocks are done: stores what is the same for
  /// all rows.
  private(set) var epilogue: [TileStep] = []
  private(set) var reductions: [TileReduction] = []

  var places: [Int]
  private var expansions: [Int: Int] = [:]
  var lastUse: [Int]
  var useCount: [Int]
  /// The product of a sum that is one step with it.
  var fusedProduct: [Int: TileProgram.Value] = [:]
  /// The factors of a product of which only a sum by column is wanted, by the number of the output.
  var summedProduct: [Int: (x: TileProgram.Value, y: TileProgram.Value)] = [:]
  /// Outputs that are written where they are computed.
  private var writtenOutputs: Set<Int> = []

  init(_ program: TileProgram, _ space: TileSpace) {
    self.program = program
    self.space = space
    kinds = program.checked()
    isNarrow = space.columns < 64 || space.columns < 256 && space.columns % 16 != 0
    places = Array(repeating: -1, count: program.instructions.count)
    lastUse = places
    useCount = Array(repeating: 0, count: places.count)
    findUses()
    findProducts()
    findSummedProducts()
    for index in places.indices where useCount[index] > 0 { lower(index) }
    // What was only loaded goes out first, before other outputs may be written over it.
    let rest = program.outputs.indices.filter { !writtenOutputs.contains($0) }
    for index in rest where readsMemory(index) { output(index) }
    for index in rest where !readsMemory(index) { output(index) }
  }

  /// Whether an output reads what may lie in memory.
  private func readsMemory(_ output: Int) -> Bool {
    if summedProduct[output] != nil { return true }
    if case .load = program.instructions[program.outputs[output].value.index] { return true }
    return false
  }

  /// Counts the uses of what the outputs need.
  private mutating func findUses() {
    for output in program.outputs {
      useCount[output.value.index] += 1
      lastUse[output.value.index] = places.count
    }
    for index in places.indices.reversed() where useCount[index] > 0 {
      for operand in program.instructions[index].operands {
        useCount[operand.index] += 1
        lastUse[operand.index] = max(lastUse[operand.index], index)
      }
    }
  }

  // MARK: Places

  private mutating func addSlot(_ slot: TileSlot) -> Int {
    slots.append(slot)
    return slots.count - 1
  }

  private mutating func addTile(_ extent: TileExtent, _ dataType: DataType) -> Int {
    addSlot(TileSlot(tile: extent, elementSize: dataType.byteCount))
  }

  private mutating func append(_ step: TileStep, isHoisted: Bool) {
    if isHoisted { prologue.append(step) } else { body.append(step) }
  }

  /// Where instruction `index` writes: straight to where it is stored, if nothing that is read
  /// later lies there, or a tile.
  private mutating func destination(of index: Int) -> Int {
    let kind = kinds[index]
    for (number, output) in program.outputs.enumerated() where output.value.index == index {
      guard case .store(_, let access) = output, access.extent == kind.extent,
        kind.extent == .full || kind.extent == .row, allowsInPlace(access),
        !isReadLater(access, than: index)
      else { continue }
      writtenOutputs.insert(number)
      return addSlot(TileSlot(memory: access))
    }
    return addTile(kind.extent, kind.dataType)
  }

  /// Whether kernels can read or write tiles of memory that lies so.
  private func allowsInPlace(_ access: TileAccess) -> Bool {
    switch access.extent {
    case .full: !isNarrow || access.rowStride == space.columns
    case .row: access.rowStride == 1
    case .column, .scalar: true
    }
  }

  private func isReadLater(_ access: TileAccess, than index: Int) -> Bool {
    for load in places.indices where lastUse[load] >= index {
      guard case .load(let source) = program.instructions[load],
        source.mayOverlap(access, in: space)
      else { continue }
      // What the same instruction reads at the very same place is read first.
      if lastUse[load] > index || source != access { return true }
    }
    return false
  }

  /// The value's place in the extent that a step works in, and whether it varies along its rows.
  private mutating func operand(
    _ value: TileProgram.Value, in extent: TileExtent, mustVary: Bool = false
  ) -> (slot: Int, varies: Bool) {
    let place = places[value.index], own = kinds[value.index].extent
    if own == extent { return (place, true) }
    if extent != .full {
      return mustVary ? (expanded(value, to: extent), true) : (place, false)
    }
    switch own {
    case .column where !isNarrow && !mustVary: return (place, true)
    case .row where !isNarrow && !mustVary, .scalar where !mustVary: return (place, false)
    default: return (expanded(value, to: .full), true)
    }
  }

  /// A tile over which the value is repeated.
  private mutating func expanded(_ value: TileProgram.Value, to extent: TileExtent) -> Int {
    let key = value.index * 4 + Int(extent.rawValue)
    if let known = expansions[key] { return known }
    let kind = kinds[value.index]
    let slot = addTile(extent, kind.dataType)
    append(
      repeating(kind, at: places[value.index], into: slot, as: extent, isTile: true),
      isHoisted: kind.extent == .column || kind.extent == .scalar)
    expansions[key] = slot
    return slot
  }

  /// The step that repeats a value of smaller extent.
  private func repeating(
    _ kind: TileValueKind, at place: Int, into slot: Int, as extent: TileExtent, isTile: Bool
  ) -> TileStep {
    let type = kind.dataType.tileType.unsafelyUnwrapped
    let geometry: TileGeometry =
      switch extent {
      case .full: .rows
      case .row: isTile ? .rowNumbers : .spreadRowNumbers
      case .column: .columnNumbers
      case .scalar: .single
      }
    let function =
      kind.extent == extent || kind.extent == .column
      ? kernel_tile_convert(type, type)
      : isNarrow && isTile && extent == .full && kind.dataType == .float32
        ? kernel_tile_expand_narrow_float32() : kernel_tile_expand(type)
    var step = TileStep(geometry: geometry, function: function, z: slot, x: place)
    if kind.extent == .full {
      step.geometry = .elements
      step.isFlat = isDense(place, varies: true) && isDense(slot, varies: true)
    }
    return step
  }

  // MARK: Instructions

  private mutating func lower(_ index: Int) {
    let kind = kinds[index], extent = kind.extent
    switch program.instructions[index] {
    case .load(let access): places[index] = load(access)
    case .constant(let number):
      places[index] = addTile(.scalar, .float32)
      prologue.append(
        TileStep(
          geometry: .single, function: kernel_tile_constant_float32(), z: places[index],
          x: places[index], p: Float(number)))
    case .unary(let operation, let x): unary(operation, x, index)
    case .binary(let operation, let x, let y): binary(operation, x, y, index)
    case .compare(let operation, let x, let y):
      let code = operation.code, isInteger = kinds[x.index].dataType == .int64
      elementwise(index, x, y) {
        isInteger ? kernel_tile_compare_int64(code, $0) : kernel_tile_compare_float32(code, $0)
      }
    case .select(let condition, let x, let y):
      let w = operand(condition, in: extent, mustVary: true)
      let a = operand(x, in: extent), b = operand(y, in: extent)
      add(
        index, kernel_tile_select_float32(a.varies ? 1 : 0, b.varies ? 1 : 0),
        x: a.slot, y: b.slot, w: w.slot, reads: [a, b, w])
    case .convert(let x, let dataType):
      let a = operand(x, in: extent)
      let from = kinds[x.index].dataType.tileType, to = dataType.tileType
      add(
        index, kernel_tile_convert(from.unsafelyUnwrapped, to.unsafelyUnwrapped), x: a.slot,
        reads: [a])
    case .reduceRow(let operation, let x):
      let factor = operation == .mean ? 1 / Float(max(space.columns, 1)) : 1
      let a = operand(x, in: .full, mustVary: true).slot, z = destination(of: index)
      let function = kernel_tile_reduce_float32(operation.code.unsafelyUnwrapped)
      body.append(TileStep(geometry: .rows, function: function, z: z, x: a, p: factor))
      places[index] = z
    case .element(let x, let label):
      let a = operand(x, in: .full, mustVary: true).slot
      let b = operand(label, in: .row, mustVary: true).slot
      let z = destination(of: index)
      body.append(
        TileStep(geometry: .rows, function: kernel_tile_element_float32(), z: z, x: a, y: b))
      places[index] = z
    case .columnEquals(let label):
      let a = operand(label, in: .row, mustVary: true).slot, z = destination(of: index)
      body.append(TileStep(geometry: .rows, function: kernel_tile_column_equals(), z: z, x: a))
      places[index] = z
    }
  }

  private mutating func load(_ access: TileAccess) -> Int {
    let source = addSlot(TileSlot(memory: access))
    if allowsInPlace(access) { return source }
    let type = access.dataType.tileType.unsafelyUnwrapped
    let tile = addTile(access.extent, access.dataType)
    body.append(
      TileStep(
        geometry: access.extent == .row ? .spreadRowNumbers : .rows,
        function: kernel_tile_convert(type, type), z: tile, x: source))
    return tile
  }

  private mutating func unary(
    _ operation: UnaryOperation, _ x: TileProgram.Value, _ index: Int
  ) {
    let a = operand(x, in: kinds[index].extent)
    if let logic = operation.logicCode {
      return add(index, kernel_tile_logical(logic), x: a.slot, reads: [a])
    }
    let code = operation.code.unsafelyUnwrapped
    add(
      index, kernel_tile_unary_float32(code.operation), x: a.slot, reads: [a], p: code.p, q: code.q)
  }

  private mutating func binary(
    _ operation: BinaryOperation, _ x: TileProgram.Value, _ y: TileProgram.Value, _ index: Int
  ) {
    if let logic = operation.logicCode {
      let extent = kinds[index].extent
      let a = operand(x, in: extent, mustVary: true), b = operand(y, in: extent, mustVary: true)
      return add(index, kernel_tile_logical(logic), x: a.slot, y: b.slot, reads: [a, b])
    }
    if let product = fusedProduct[index],
      case .binary(_, let factor, let otherFactor) = program.instructions[product.index]
    {
      let a = operand(factor, in: .full), b = operand(otherFactor, in: .full)
      let c = operand(x == product ? y : x, in: .full)
      let function = kernel_tile_multiply_add_float32(steps(a.varies, b.varies), c.varies ? 1 : 0)
      return add(index, function, x: a.slot, y: b.slot, w: c.slot, reads: [a, b, c])
    }
    let code = operation.code.unsafelyUnwrapped
    elementwise(index, x, y) { kernel_tile_binary_float32(code, $0) }
  }

  private func steps(_ xVaries: Bool, _ yVaries: Bool) -> kernel_tile_steps {
    xVaries ? (yVaries ? KERNEL_BOTH_VARY : KERNEL_FIRST_VARIES) : KERNEL_SECOND_VARIES
  }

  private mutating func elementwise(
    _ index: Int, _ x: TileProgram.Value, _ y: TileProgram.Value,
    _ kernel: (kernel_tile_steps) -> kernel_tile_function?
  ) {
    let extent = kinds[index].extent
    let a = operand(x, in: extent), b = operand(y, in: extent)
    add(index, kernel(steps(a.varies, b.varies)), x: a.slot, y: b.slot, reads: [a, b])
  }

  /// Adds the step of an instruction that works element by element.
  private mutating func add(
    _ index: Int, _ function: kernel_tile_function?, x: Int, y: Int? = nil, w: Int? = nil,
    reads: [(slot: Int, varies: Bool)], p: Float = 0, q: Float = 0
  ) {
    let extent = kinds[index].extent
    let z = destination(of: index)
    places[index] = z
    let geometry: TileGeometry =
      switch extent {
      case .full: .elements
      case .row: .rowNumbers
      case .column: .columnNumbers
      case .scalar: .single
      }
    var step = TileStep(geometry: geometry, function: function, z: z, x: x, p: p, q: q)
    step.y = y ?? x
    step.w = w ?? x
    if extent == .full {
      let touched = reads + [(slot: z, varies: true)]
      step.isFlat = touched.allSatisfy { isDense($0.slot, varies: $0.varies) }
      step.isAlwaysFlat = touched.allSatisfy {
        slots[$0.slot].extent == ($0.varies ? .full : .scalar) && slots[$0.slot].access == nil
          || slots[$0.slot].extent == .scalar
      }
    }
    append(step, isHoisted: extent == .column || extent == .scalar)
  }

  /// Whether the rows of a tile with all columns follow one another there.
  private func isDense(_ slot: Int, varies: Bool) -> Bool {
    if !varies { return slots[slot].extent == .scalar }
    guard slots[slot].extent == .full else { return false }
    return slots[slot].access.map { $0.rowStride == space.columns } ?? true
  }

  // MARK: Outputs

  private mutating func output(_ index: Int) {
    switch program.outputs[index] {
    case .store(let value, let access):
      let slot = addSlot(TileSlot(memory: access)), kind = kinds[value.index]
      let step = repeating(
        kind, at: places[value.index], into: slot, as: access.extent, isTile: false)
      if access.extent == .column || access.extent == .scalar {
        epilogue.append(step)
      } else {
        body.append(step)
      }
    case .columns(let operation, let value, let access):
      if let factors = summedProduct[index] {
        let x = operand(factors.x, in: .full, mustVary: true).slot
        let y = operand(factors.y, in: .full, mustVary: true).slot
        return addReduction(operation, x, times: y, access, byColumn: true, .full)
      }
      let source = operand(value, in: .full, mustVary: true).slot
      addReduction(operation, source, access, byColumn: true, .full)
    case .total(let operation, let value, let access):
      let extent = kinds[value.index].extent
      if extent == .row || extent == .scalar {
        let source = operand(value, in: .row, mustVary: true).slot
        addReduction(operation, source, access, byColumn: false, .row)
      } else {
        let source = operand(value, in: .full, mustVary: true).slot
        addReduction(operation, source, access, byColumn: false, .full)
      }
    }
  }

  private mutating func addReduction(
    _ operation: ReductionOperation, _ source: Int, times other: Int? = nil, _ access: TileAccess,
    byColumn: Bool, _ extent: TileExtent
  ) {
    var step = TileStep(
      action: other != nil ? .reduceProducts : byColumn ? .reduceColumns : .reduceAll,
      geometry: extent == .row ? .rowNumbers : .elements, x: source, y: other ?? source, w: source)
    step.z = source
    step.isFlat =
      extent == .full && isDense(source, varies: true) && isDense(step.y, varies: true)
    step.reduction = operation.code.unsafelyUnwrapped
    step.partial = reductions.count
    body.append(step)
    let count =
      byColumn
      ? space.outer * space.rows : extent == .row ? space.outer * space.rows : space.count
    reductions.append(
      TileReduction(
        code: step.reduction, factor: operation == .mean ? 1 / Double(count) : 1, access: access,
        isByColumn: byColumn))
  }
}

/// A reduction to one number a column, or to one number.
struct TileReduction {
  let code: kernel_reduction
  /// Multiplies the result: 1 / n for a mean.
  let factor: Double
  let access: TileAccess
  let isByColumn: Bool
  /// Where its partial results begin in the scratch memory, in float64 numbers.
  var partial = 0
}
