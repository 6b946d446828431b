import Arrays
import CPUBackend

/// Fused chains beside what moving their operands through memory costs.
enum TileBenchmarks {
  static func run() {
    print("(\(ThreadTeam.size) threads; 'floor' is a copy of as many bytes)")
    tiny()
    for (rows, columns) in [
      (65_536, 16), (16_384, 32), (4_096, 64), (2_048, 256), (2_048, 1_024), (2_048, 65),
      (128, 512),
    ] {
      let space = TileSpace(rows: rows, columns: columns)
      for program in programs { measure(program.name, space, program.build) }
    }
    cell()
  }

  private typealias Build = @Sendable (inout TileProgram, inout Memory) -> Void

  private static let programs: [(name: String, build: Build)] = [
    ("relu(x · a + b + side)", affine), ("GELU's gradient", gelu), ("softmax", softmax),
    ("layer norm", layerNorm), ("layer norm backward", layerNormBackward),
    ("batch norm backward, sums", batchNormSums), ("batch norm backward", batchNormBackward),
  ]

  private static func affine(_ program: inout TileProgram, _ memory: inout Memory) {
    let x = program.load(memory.full()), side = program.load(memory.full())
    let a = program.load(memory.perColumn()), b = program.load(memory.perColumn())
    let y = program.binary(.add, program.binary(.add, program.binary(.multiply, x, a), b), side)
    program.store(program.unary(.relu, y), to: memory.full())
  }

  private static func gelu(_ program: inout TileProgram, _ memory: inout Memory) {
    let x = program.load(memory.full()), dy = program.load(memory.full())
    let dx = program.binary(.geluTanhGradient, x, dy)
    program.store(dx, to: memory.full())
    program.reduceColumns(.sum, dx, to: memory.perColumn())
  }

  private static func softmax(_ program: inout TileProgram, _ memory: inout Memory) {
    let x = program.load(memory.full())
    let power = program.unary(.exp, program.binary(.subtract, x, program.reduceRow(.maximum, x)))
    let factor = program.unary(.reciprocal, program.reduceRow(.sum, power))
    program.store(program.binary(.multiply, power, factor), to: memory.full())
  }

  private static func layerNorm(_ program: inout TileProgram, _ memory: inout Memory) {
    let x = program.load(memory.full())
    let scale = program.load(memory.perColumn()), shift = program.load(memory.perColumn())
    let center = program.binary(.subtract, x, program.reduceRow(.mean, x))
    let variance = program.reduceRow(.mean, program.unary(.square, center))
    let factor = program.unary(
      .reciprocalSquareRoot, program.binary(.add, variance, program.constant(1e-5)))
    let normal = program.binary(.multiply, center, factor)
    program.store(
      program.binary(.add, program.binary(.multiply, normal, scale), shift), to: memory.full())
    program.store(factor, to: memory.perRow())
  }

  private static func layerNormBackward(_ program: inout TileProgram, _ memory: inout Memory) {
    let normal = program.load(memory.full()), dy = program.load(memory.full())
    let scale = program.load(memory.perColumn()), factor = program.load(memory.perRow())
    let g = program.binary(.multiply, dy, scale)
    let mean = program.reduceRow(.mean, g)
    let slope = program.reduceRow(.mean, program.binary(.multiply, g, normal))
    let rest = program.binary(
      .subtract, program.binary(.subtract, g, mean),
      program.binary(.multiply, normal, slope))
    program.store(program.binary(.multiply, rest, factor), to: memory.full())
    program.reduceColumns(.sum, dy, to: memory.perColumn())
    program.reduceColumns(.sum, program.binary(.multiply, dy, normal), to: memory.perColumn())
  }

  private static func batchNormSums(_ program: inout TileProgram, _ memory: inout Memory) {
    let y = program.load(memory.full()), dy = program.load(memory.full())
    let x = program.load(memory.full())
    let mean = program.load(memory.perColumn())
    let g = program.binary(.reluGradient, y, dy)
    program.reduceColumns(.sum, g, to: memory.perColumn())
    program.reduceColumns(
      .sum, program.binary(.multiply, g, program.binary(.subtract, x, mean)),
      to: memory.perColumn())
  }

  private static func batchNormBackward(_ program: inout TileProgram, _ memory: inout Memory) {
    let y = program.load(memory.full()), dy = program.load(memory.full())
    let x = program.load(memory.full())
    let a = program.load(memory.perColumn()), b = program.load(memory.perColumn())
    let c = program.load(memory.perColumn())
    let g = program.binary(.multiply, program.binary(.reluGradient, y, dy), a)
    program.store(
      program.binary(.add, g, program.binary(.add, program.binary(.multiply, x, b), c)),
      to: memory.full())
  }

  private static func tiny() {
    let space = TileSpace(rows: 4, columns: 4)
    measure("x + b, sigmoid", space) { program, memory in
      let x = program.load(memory.full()), b = program.load(memory.perColumn())
      program.store(program.unary(.sigmoid, program.binary(.add, x, b)), to: memory.full())
    }
    measure("sigmoid's gradient and its column sums", space) { program, memory in
      let y = program.load(memory.full()), dy = program.load(memory.full())
      let dx = program.binary(.sigmoidGradient, y, dy)
      program.store(dx, to: memory.full())
      program.reduceColumns(.sum, dx, to: memory.perColumn())
    }
  }

  /// The cell of an LSTM of width 256 for 32 sequences.
  private static func cell() {
    let space = TileSpace(rows: 32, columns: 256)
    measure("LSTM cell", space) { program, memory in
      let gates = memory.full(width: 1024)
      let slices = (0..<4).map { part in
        var access = gates
        access.offset = part * 256
        return access
      }
      let z = slices.map { program.load($0) }
      let (i, f) = (program.unary(.sigmoid, z[0]), program.unary(.sigmoid, z[1]))
      let (g, o) = (program.unary(.tanh, z[2]), program.unary(.sigmoid, z[3]))
      let c = program.load(memory.full())
      let next = program.binary(
        .add, program.binary(.multiply, f, c), program.binary(.multiply, i, g))
      program.store(next, to: memory.full())
      program.store(program.binary(.multiply, o, program.unary(.tanh, next)), to: memory.full())
    }
  }

  private static func measure(
    _ name: String, _ space: TileSpace, _ build: Build
  ) {
    var program = TileProgram(), memory = Memory(space)
    build(&program, &memory)
    let prepared = PreparedTileProgram(program, over: space)
    let scratch = Storage(byteCount: max(prepared.scratchByteCount, 64))
    let bases = memory.storages.map(\.pointer)
    let repetitions = max(1, 200_000 / max(space.count, 64))
    let time = Timing(windows: 30, repetitions: repetitions) {
      bases.withUnsafeBufferPointer {
        prepared.run(bases: $0.baseAddress.unsafelyUnwrapped, scratch: scratch.pointer)
      }
    }
    let floats = memory.floats / 2
    let from = Storage(byteCount: floats * 4), to = Storage(byteCount: floats * 4)
    from.pointer.initializeMemory(as: Float.self, repeating: 1, count: floats)
    let copy = Timing(windows: 30, repetitions: repetitions) {
      ThreadTeam.run(count: floats, grain: 32_768) {
        (to.pointer + 4 * $0.lowerBound).copyMemory(
          from: from.pointer + 4 * $0.lowerBound, byteCount: 4 * $0.count)
      }
    }
    let rate = Double(Int(time.seconds / Double(space.count) * 1e11 + 0.5)) / 100
    report(
      "\(name) [\(space.rows), \(space.columns)]",
      "\(time.description), floor \(copy.description), \(rate) ns/element; \(prepared)")
  }

  /// Arrays that a program works on, filled with small numbers.
  private struct Memory {
    let space: TileSpace
    var storages: [Storage] = []
    /// Elements of arrays of the space's size.
    var floats = 0

    init(_ space: TileSpace) { self.space = space }

    private mutating func add(_ count: Int) -> Int {
      let storage = Storage(byteCount: count * 4)
      let pointer = storage.pointer.bindMemory(to: Float.self, capacity: count)
      for i in 0..<count { pointer[i] = Float(i * 37 % 101) / 50 - 1 }
      storages.append(storage)
      floats += count
      return storages.count - 1
    }

    mutating func full(width: Int? = nil) -> TileAccess {
      let width = width ?? space.columns
      return TileAccess(base: add(space.rows * width), rowStride: width, columnStride: 1)
    }

    mutating func perColumn() -> TileAccess { .perColumn(base: add(space.columns)) }

    mutating func perRow() -> TileAccess { .perRow(base: add(space.rows), space) }
  }
}
