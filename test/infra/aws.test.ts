// CDK takes seconds to load, and every test file loads it anew: all that needs it is in this one.
import './data-stack.cases.ts';
import './intake.cases.ts';
import './service-stack.cases.ts';
import './operations.cases.ts';
import './archive.cases.ts';
import './synth.cases.ts';
