import Myelin

struct Encoder: Module {
  var embedding = Embedding(16, 8)
  var decoder = Linear(8, 16, bias: false)
}

func loadingByName(_ path: String) throws -> Encoder {
  // snippet: loading by name
  var model = Encoder()
  try model.load(contentsOf: path)
  // end
  return model
}

func loadingWithOptions(_ start: Encoder, _ path: String) throws -> (Encoder, StateReport) {
  var model = start
  // snippet: loading with options
  let report = try model.load(
    contentsOf: path,
    renaming: { $0.hasPrefix("module.") ? String($0.dropFirst(7)) : nil },  // nil: left out
    ties: ["decoder.weight": "embedding.weight"],  // one tensor in the file, two in the model
    strict: false,  // what is missing stays as it is
    convertingTypes: true)  // float16 in the file, float32 in the model
  print(report.missing, report.unexpected)
  // end
  return (model, report)
}

struct Projection: Module {
  var c_proj = Linear(2, 3)
}

func loadingTransposed(_ path: String) throws -> Projection {
  var model = Projection()
  // snippet: loading transposed
  var state = try SafeTensors(contentsOf: path).tensors()
  for name in state.keys where name.hasSuffix("c_proj.weight") {
    state[name] = state[name]?.transposed()
  }
  try model.load(state)
  // end
  return model
}

func savingAndReading(_ model: Encoder, _ path: String) throws -> Tensor {
  // snippet: saving and reading
  try model.save(to: path, metadata: ["epoch": "3"])
  let file = try SafeTensors(contentsOf: path)
  for entry in file.entries { print(entry.name, entry.elementType, entry.shape) }
  let embedding = try file.tensor("embedding.weight")
  // end
  return embedding
}
